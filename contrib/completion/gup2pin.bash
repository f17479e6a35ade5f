# SPDX-License-Identifier: GPL-2.0-only
# bash completion for gup2pin; it asks the program which options there are.

_gup2pin_values() { # _gup2pin_values KIND: what an option takes
	case $1 in
	file | text) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	dir) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	rule)
		mapfile -t COMPREPLY < <(compgen -W "$("$gup2pin" lint \
			--list-rules 2>/dev/null | cut -d' ' -f1)" -- "$cur")
		;;
	revision)
		mapfile -t COMPREPLY < <(compgen -W "HEAD $(git for-each-ref \
			--format='%(refname:short)' 2>/dev/null)" -- "$cur")
		;;
	*) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$cur") ;;
	esac
}

_gup2pin() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local gup2pin=${COMP_WORDS[0]} command=scan commands options word kind

	commands=$("$gup2pin" --complete 2>/dev/null | cut -f1)
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if grep -qxF -- "$word" <<<"$commands"; then
			command=$word
			break
		fi
	done
	options=$("$gup2pin" --complete "$command" 2>/dev/null)
	# bash splits --option=value at the sign
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	kind=$(awk -F'\t' -v o="$prev" '$1 == o { print $2 }' <<<"$options")
	if [[ -n $kind ]]; then
		_gup2pin_values "$kind"
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(cut -f1 <<<"$options")" \
			-- "$cur")
	else
		((COMP_CWORD > 1)) && commands=
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur"
			compgen -f -- "$cur")
	fi
}

complete -o filenames -F _gup2pin gup2pin
