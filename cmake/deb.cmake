# SPDX-License-Identifier: GPL-2.0-only
# What Debian asks of a package's files, in the directory that cpack packs: a
# changelog, and compressed pages.
set(DOC "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/gup2pin")
if(DEFINED ENV{SOURCE_DATE_EPOCH})
	string(TIMESTAMP DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
else()
	# the day is enough, and two packages of one day are the same
	string(TIMESTAMP DATE "%a, %d %b %Y 00:00:00 +0000" UTC)
endif()
file(WRITE "${DOC}/changelog"
	"gup2pin (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
	"  * Built by cpack: git log has the changes.\n\n"
	" -- ${CPACK_PACKAGE_CONTACT}  ${DATE}\n")
file(GLOB PAGES
	"${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/man1/*.1")
execute_process(COMMAND gzip -9 -n -f ${PAGES} "${DOC}/changelog"
	COMMAND_ERROR_IS_FATAL ANY)
