# SPDX-License-Identifier: GPL-2.0-only
# Write gup2pin.1 and gup2pin-COMMAND.1: -DGUP2PIN=program -DDIR=directory

set(ENV{ASAN_OPTIONS} "detect_leaks=0")

function(ask out)
	execute_process(COMMAND ${GUP2PIN} ${ARGN} OUTPUT_VARIABLE text
		RESULT_VARIABLE status)
	if(status)
		message(FATAL_ERROR "${GUP2PIN} ${ARGN}: ${status}")
	endif()
	set(${out} "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${DIR})
file(MAKE_DIRECTORY ${DIR})
ask(commands --complete)
string(REGEX MATCHALL "[^\n\t]+\t[^\n]*" commands "${commands}")
foreach(line ${commands})
	string(REGEX REPLACE "\t.*" "" command "${line}")
	ask(page --man ${command})
	file(WRITE ${DIR}/gup2pin-${command}.1 "${page}")
endforeach()
ask(page --man)
file(WRITE ${DIR}/gup2pin.1 "${page}")
