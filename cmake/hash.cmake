# SPDX-License-Identifier: GPL-2.0-only
# Write a header with one hash over some sources, so that what another build
# has kept is never taken.
#
# cmake -DOUT=HEADER -DNAME=MACRO -DDIRS="DIR;DIR" -P hash.cmake
set(files "")
foreach(dir ${DIRS})
	file(GLOB more ${dir}/*.[ch])
	list(APPEND files ${more})
endforeach()
list(SORT files)
set(all "")
foreach(file ${files})
	file(SHA256 ${file} sum)
	string(APPEND all "${sum}")
endforeach()
string(SHA256 all "${all}")
file(WRITE ${OUT} "#define ${NAME} \"${all}\"\n")
