# SPDX-License-Identifier: GPL-2.0-only
"""Changes to C code that may well be wrong, but are C as a rule.

The code is in kernel style, so a statement can be told from a declaration by
its first words; what is taken for something else gives a mutant that does not
compile, which is input, too.
"""

import re

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:\\\n|[^\n])*)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')'
    r"|(?P<word>[A-Za-z_]\w*)|(?P<number>[0-9]\w*)"
    r"|(?P<op>->|\+\+|--|<<=|>>=|<<|>>|[-+*/%&|^=!<>]=|&&|\|\||\.\.\.|.)",
    re.DOTALL | re.MULTILINE)
OPEN = {"(": ")", "[": "]", "{": "}"}
TYPES = {"struct", "union", "enum", "unsigned", "signed", "int", "long",
         "short", "char", "void", "bool", "const", "static", "u8", "u16",
         "u32", "u64", "size_t", "ssize_t", "loff_t", "dma_addr_t", "gfp_t",
         "__u32", "__u64", "volatile"}
KEYWORDS = {"if", "else", "while", "for", "do", "switch", "case", "default",
            "return", "goto", "break", "continue", "sizeof", "NULL"} | TYPES
HEADS = {"if", "while", "for", "switch"}
# what a word of these operators may become
OPERATORS = {"<": ["<=", "!=", ">"], "<=": ["<"], ">": [">=", "<"],
             ">=": [">"], "==": ["!=", ">="], "!=": ["==", "<"],
             "&&": ["||"], "||": ["&&"], "++": ["--"], "--": ["++"],
             "+": ["-"], "-": ["+"], "+=": ["-=", "="], "-=": ["+=", "="],
             "|=": ["="]}
# calls that take the same argument
LIKE = {"put_page": ["set_page_dirty_lock", "unpin_user_page", "get_page",
                     "lock_page"],
        "set_page_dirty_lock": ["put_page", "set_page_dirty"],
        "unpin_user_page": ["put_page"],
        "FOLL_WRITE": ["0", "FOLL_WRITE | FOLL_FORCE", "FOLL_LONGTERM"]}


class Token:
    """A word of the text."""

    def __init__(self, kind, text, start):
        self.kind, self.text = kind, text
        self.start, self.end = start, start + len(text)


class Statement:
    """A statement; kind is simple, decl, label, block or a keyword."""

    def __init__(self, kind, first, last, inner=()):
        self.kind, self.first, self.last = kind, first, last
        self.inner = list(inner)
        # of an if or a loop: the tokens of the condition, without parentheses
        self.condition = None


class Function:
    """A function body: statements and the words in it."""

    def __init__(self, name, body):
        self.name, self.body = name, body


class Source:
    """A text, in tokens; fails on what is not C in kernel style."""

    def __init__(self, text):
        self.text = text
        self.tokens = [Token(m.lastgroup, m.group(), m.start())
                       for m in TOKEN.finditer(text) if m.lastgroup != "skip"]
        self.functions = self._functions()

    def close(self, i):
        """The token that closes the bracket at i."""
        depth = 0
        for j in range(i, len(self.tokens)):
            text = self.tokens[j].text
            depth += (text in OPEN) - (text in OPEN.values())
            if not depth:
                return j
        raise ValueError("unbalanced")

    def _is(self, i, *texts):
        return i < len(self.tokens) and self.tokens[i].text in texts

    def _functions(self):
        found, i = [], 0
        while i < len(self.tokens):
            if not self._is(i, "{"):
                i = self.close(i) + 1 if self._is(i, "(", "[") else i + 1
                continue
            last = self.close(i)
            if i and self._is(i - 1, ")"):
                name = self._called_before(i - 1)
                found.append(Function(name, self._statement(i)))
            i = last + 1
        return found

    def _called_before(self, close):
        depth = 0
        for j in range(close, -1, -1):
            text = self.tokens[j].text
            depth += (text == ")") - (text == "(")
            if not depth:
                return self.tokens[j - 1].text
        return None

    def _until(self, i, *texts):
        """The next of some tokens that is in no bracket."""
        while not self._is(i, *texts):
            if i >= len(self.tokens) or self._is(i, ")", "]", "}"):
                raise ValueError("no end of a statement")
            i = self.close(i) + 1 if self.tokens[i].text in OPEN else i + 1
        return i

    def _head(self, i):
        """if (...) S, a loop, or a macro that is one."""
        close = self.close(i + 1)
        inner = [self._statement(close + 1)]
        last = inner[0].last
        if self._is(i, "if") and self._is(last + 1, "else"):
            inner.append(self._statement(last + 2))
            last = inner[1].last
        kind = self.tokens[i].text if self._is(i, *HEADS) else "loop"
        found = Statement(kind, i, last, inner)
        if kind != "loop" and close > i + 2:
            found.condition = (i + 2, close - 1)
        return found

    def _statement(self, i):
        if self._is(i, "{"):
            last, inner, j = self.close(i), [], i + 1
            while j < last:
                inner.append(self._statement(j))
                j = inner[-1].last + 1
            return Statement("block", i, last, inner)
        if self._is(i, *HEADS):
            return self._head(i)
        if self._is(i, "do"):
            body = self._statement(i + 1)
            return Statement("do", i, self._until(body.last + 1, ";"), [body])
        if self._is(i, "case", "default"):
            return Statement("label", i, self._until(i, ":"))
        word = i < len(self.tokens) and self.tokens[i].kind == "word"
        if word and self._is(i + 1, ":"):
            return Statement("label", i, i + 1)
        if word and self._is(i + 1, "("):
            close = self.close(i + 1)
            if not self._is(close + 1, ";") and close + 1 < len(self.tokens) \
               and (self._is(close + 1, "{") or
                    self.tokens[close + 1].kind == "word"):
                return self._head(i)
        kind = "simple"
        if word and (self._is(i, *TYPES) or
                     (not self._is(i, "return", "goto") and
                      i + 1 < len(self.tokens) and
                      self.tokens[i + 1].kind == "word")):
            kind = "decl"
        return Statement(kind, i, self._until(i, ";"))

    def slice(self, first, last):
        """The text of some tokens, with the comments in between."""
        return self.text[self.tokens[first].start:self.tokens[last].end]

    def replace(self, *changes):
        """The text with [(first token, last token, text)] replaced."""
        text = self.text
        for first, last, new in sorted(changes, reverse=True):
            text = (text[:self.tokens[first].start] + new +
                    text[self.tokens[last].end:])
        return text


def walk(statement):
    """A statement and all in it."""
    yield statement
    for inner in statement.inner:
        yield from walk(inner)


def lists(function):
    """The blocks of a function."""
    return [s for s in walk(function.body) if s.kind == "block" and s.inner]


def pick(rng, found):
    """One of them; None when there is none."""
    return rng.choice(found) if found else None


def movable(statement):
    """Whether a statement may stand elsewhere."""
    return statement.kind not in ("decl", "label")


# ---- the mutations: (random, Source, Function) -> text or None ----

def delete(rng, src, function):
    """Take out a statement."""
    s = pick(rng, [s for s in walk(function.body) if s is not function.body
                   and s.kind not in ("decl", "label")])
    return s and src.replace((s.first, s.last, ";"))


def swap(rng, src, function):
    """Change the order of two statements that follow each other."""
    pairs = [(a, b) for block in lists(function)
             for a, b in zip(block.inner, block.inner[1:])
             if movable(a) and movable(b) or
             (a.kind, b.kind) == ("label", "simple")]
    pair = pick(rng, pairs)
    if not pair:
        return None
    a, b = pair
    if a.kind == "label":  # the statement comes in front of the label
        return src.replace((a.first, a.last, src.slice(b.first, b.last)),
                           (b.first, b.last, src.slice(a.first, a.last) + " ;"))
    return src.replace((a.first, a.last, src.slice(b.first, b.last)),
                       (b.first, b.last, src.slice(a.first, a.last)))


def place(rng, src, function, keep):
    """Put a statement elsewhere; keep: and leave it where it is."""
    s = pick(rng, [s for s in walk(function.body)
                   if s is not function.body and movable(s)
                   and s.kind != "block"])
    if not s:
        return None
    places = [t for block in lists(function) for t in block.inner
              if t.kind != "decl" and not s.first <= t.first <= s.last]
    t = pick(rng, places)
    if not t:
        return None
    text = src.slice(s.first, s.last)
    changes = [(t.last, t.last, src.slice(t.last, t.last) + "\n\t" + text)]
    if not keep:
        if s.first <= t.last <= s.last:
            return None
        changes.append((s.first, s.last, ";"))
        if t.first <= s.first <= t.last:  # out of a block
            whole = src.replace(changes[1])
            cut = s.last - s.first  # tokens that are gone
            end = Source(whole).tokens[t.last - cut].end
            return whole[:end] + "\n\t" + text + whole[end:]
    return src.replace(*changes)


def move(rng, src, function):
    """Put a statement elsewhere."""
    return place(rng, src, function, False)


def double(rng, src, function):
    """Put a statement elsewhere as well."""
    return place(rng, src, function, True)


def unwrap(rng, src, function):
    """What was done under a condition, or many times, is done once."""
    s = pick(rng, [s for s in walk(function.body)
                   if s.kind in ("if", "for", "while", "loop", "do")])
    return s and src.replace((s.first, s.last,
                              src.slice(s.inner[0].first, s.inner[0].last)))


def wrap(rng, src, function):
    """Do a statement under a condition of another one."""
    s = pick(rng, [s for s in walk(function.body)
                   if s is not function.body and movable(s)])
    c = pick(rng, [c for c in walk(function.body) if c.condition
                   and c.kind in ("if", "while")])
    if not s or not c:
        return None
    return src.replace((s.first, s.last, "if (%s) {\n%s\n}" % (
        src.slice(*c.condition), src.slice(s.first, s.last))))


def negate(rng, src, function):
    """Do it when it was not done."""
    s = pick(rng, [s for s in walk(function.body) if s.condition
                   and s.kind in ("if", "while")])
    return s and src.replace((*s.condition,
                              "!(%s)" % src.slice(*s.condition)))


def retarget(rng, src, function):
    """Another label; or the end of the loop in place of the function's."""
    labels = sorted({src.tokens[s.first].text for s in walk(function.body)
                     if s.kind == "label"} - {"case", "default"})
    jumps = [s for s in walk(function.body) if s.kind == "simple" and
             src.tokens[s.first].text in ("goto", "return", "break",
                                          "continue")]
    s = pick(rng, jumps)
    if not s:
        return None
    new = ["goto %s;" % label for label in labels] + ["break;", "continue;"]
    new = [n for n in new if n.split() != src.slice(s.first, s.last).split()]
    return src.replace((s.first, s.last, rng.choice(new)))


def variables(src, function):
    """Positions of what may be a variable, by its word."""
    found = {}
    body = function.body
    for i in range(body.first, body.last):
        token = src.tokens[i]
        if token.kind != "word" or token.text in KEYWORDS or \
           token.text.isupper() or src.tokens[i + 1].text == "(" or \
           src.tokens[i - 1].text in ("->", ".", "struct", "goto"):
            continue
        found.setdefault(token.text, []).append(i)
    return found


def confuse(rng, src, function):
    """One variable for another, once."""
    found = variables(src, function)
    if len(found) < 2:
        return None
    word, other = rng.sample(sorted(found), 2)
    i = rng.choice(found[word])
    return src.replace((i, i, other))


def operate(rng, src, function):
    """Another operator."""
    body = function.body
    i = pick(rng, [i for i in range(body.first, body.last)
                   if src.tokens[i].text in OPERATORS])
    if i is None:
        return None
    return src.replace((i, i, rng.choice(OPERATORS[src.tokens[i].text])))


def number(rng, src, function):
    """Another number."""
    body = function.body
    i = pick(rng, [i for i in range(body.first, body.last)
                   if src.tokens[i].kind == "number"])
    if i is None:
        return None
    return src.replace((i, i, rng.choice(["0", "1", "2", "16"])))


def alike(rng, src, function):
    """Another call that takes the same argument, or another flag."""
    body = function.body
    i = pick(rng, [i for i in range(body.first, body.last)
                   if src.tokens[i].text in LIKE])
    if i is None:
        return None
    return src.replace((i, i, rng.choice(LIKE[src.tokens[i].text])))


def shadow(rng, src, function):
    """A variable of the same name in a block, which has no value."""
    block = pick(rng, [b for b in lists(function) if b is not function.body])
    names = sorted(variables(src, function))
    if not block or not names:
        return None
    text = rng.choice(["int %s = 0;", "int %s = 1;", "struct page **%s = 0;"])
    return src.replace((block.first, block.first,
                        "{ " + text % rng.choice(names)))


MUTATIONS = [delete] * 4 + [swap] * 3 + [move] * 2 + [
    double, unwrap, wrap, negate, retarget, retarget, confuse, confuse,
    operate, operate, number, alike, shadow]


def mutate(rng, text):
    """(text, what was done); the text as it is when nothing can be done."""
    try:
        src = Source(text)
    except ValueError:
        return text, None
    if not src.functions:
        return text, None
    for _ in range(20):
        function = rng.choice(src.functions)
        how = rng.choice(MUTATIONS)
        new = how(rng, src, function)
        if new and new.split() != text.split():
            return new, f"{how.__name__} in {function.name}()"
    return text, None


# ---- names of its own ----

DEFINED = [re.compile(pattern, re.MULTILINE) for pattern in (
    r"^(?:static |struct |const |unsigned )*[\w ]*?[ *](\w+)\([^;]*?\)\n?\{",
    r"^(?:struct|union|enum) (\w+) \{",
    r"^static (?:const )?(?:struct )?\w+ \*?(\w+)(?:\[[^\]]*\])?(?: =|;)",
    r"^(?:const )?struct \w+ \*?(\w+)(?:\[[^\]]*\])?(?: =|;)",
    r"^#define (\w+)")]


def defined_names(text):
    """What a file defines for itself or others."""
    return {m.group(1) for pattern in DEFINED for m in pattern.finditer(text)}


def rename(text, names, suffix):
    """Put a suffix behind some names, everywhere but in #include."""
    word = re.compile(r"^[ \t]*#include[^\n]*|\b(?:%s)\b"
                      % "|".join(map(re.escape, sorted(names))),
                      re.MULTILINE)
    return word.sub(lambda m: m.group() if "#" in m.group()
                    else m.group() + suffix, text) if names else text
