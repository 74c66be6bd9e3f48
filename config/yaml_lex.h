/* config/yaml_lex.h - the ground under yaml_mend.c: a place in the text, what is
 * open around it, and how mistakes are told and mended. */
#ifndef RG_CONFIG_YAML_LEX_H
#define RG_CONFIG_YAML_LEX_H

#include "config/yaml_edit.h"

#define LEX_DEPTH_MAX 32

/* What may come next. */
enum expect { ENTRY, VALUE, AFTER };

struct lexer {
    const struct source *s;
    struct diag_list *d;
    const char *p; /* in s->text, which ends with NUL */
    int line, col; /* of p */
    enum expect expect;
    char open[LEX_DEPTH_MAX]; /* { and [ around p */
    int depth;
    char quote;      /* p is inside of one that began on an earlier line */
    int text_col;    /* lines right of this column go on with a text; 0: none */
    int key_col;     /* of the last key on a block line */
    bool free_text;  /* the last key's value may hold anything */
    bool scalar;     /* its value stands on its line */
    bool known;      /* it is in the schema */
    bool leading;    /* nothing but dashes stood on this line yet */
    bool blank_told; /* tabs and wide blanks: once a file */
    bool hopeless;
    bool stop; /* what follows is the parser's to refuse */
    struct arena *arena;
    int err;
    struct edits edits;
    int marks;
};

/* Of the line. */
bool lex_at_end(const struct lexer *x);
size_t lex_char_len(const char *p);
/* One character on; all of the line. */
void lex_step(struct lexer *x);
void lex_skip_line(struct lexer *x);
struct place lex_here(const struct lexer *x, int width);
/* As struct edit says; what is told or added counts as a mistake. */
void lex_edit(struct lexer *x, const char *at, size_t len, char to, bool add_blank, bool told);
/* Report the wide mark at p. */
void lex_tell_wide(struct lexer *x, char ascii, size_t len);
/* Report it, let the parser see `ascii` in its place, and pass it. */
void lex_mend(struct lexer *x, char ascii, size_t len);
/* Report and mend the colon or dash at p that has no blank behind it. */
void lex_no_space(struct lexer *x, const char *after);
/* What the wide character at p stands for; '\0': it is none. */
char lex_ascii_at(const struct lexer *x, size_t *len);
size_t lex_word_len(const char *p); /* of a name or key */
const char *lex_skip_blanks(const char *p);
/* A word and a colon of either width: the next entry of a map. */
bool lex_begins_entry(const char *p);
/* Blanks of every kind; a wide one is a mistake unless it stands in a text. */
void lex_pass_blanks(struct lexer *x);
void lex_push(struct lexer *x, char c);
void lex_pop(struct lexer *x);
bool lex_in_list(const struct lexer *x);
/* To the end of the quotation that p is in, or of the line. */
void lex_quoted(struct lexer *x);
void lex_open_quote(struct lexer *x);
/* What the schema says of the key's value. */
void lex_know_key(struct lexer *x, const char *word, size_t len);

#endif
