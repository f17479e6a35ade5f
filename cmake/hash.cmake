# SPDX-License-Identifier: GPL-2.0-only
# Write a header with one hash over the sources that make facts out of C, so
# that a cache entry of another build is never taken.
#
# cmake -DOUT=HEADER -DDIR=SOURCE_DIR -P hash.cmake
file(GLOB files ${DIR}/src/tree/*.[ch] ${DIR}/src/front/*.[ch]
	${DIR}/src/facts/*.[ch])
list(SORT files)
set(all "")
foreach(file ${files})
	file(SHA256 ${file} sum)
	string(APPEND all "${sum}")
endforeach()
string(SHA256 all "${all}")
file(WRITE ${OUT} "#define FRONT_FACTS_VERSION \"${all}\"\n")
