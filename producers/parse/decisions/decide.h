/* decide — what the stage that finds decisions shares between its files.
 *
 * sentences.c, lists.c and cuts.c cut the text, view.c makes a sentence readable with a
 * way back to its bytes, verbs.c and verbs_foreign.c read the grammar around one formula,
 * clauses.c where it does nothing, passives.c who is behind a passive, present.c what
 * records tell in the present, actors.c says who acts, act_addressees.c who is asked,
 * promises.c what somebody will do, venues.c where it was decided, speakers.c whom a verb
 * has as its subject, recitals.c what only gives reasons, next_steps.c where a paper goes
 * and until when, meeting_kind.c what kind of paper it is, meeting.c which body met,
 * worth.c which formulas are looked at, decisions.c makes events of it all.
 *
 * Owns:    a view's memory belongs to its struct deciding and is used again for every
 *          sentence; names point into the text, the tables or the arena.
 * Units:   text offsets in bytes of the text, view offsets in bytes of the view.
 * Threads: one struct deciding a document.
 * Cost:    each sentence with a formula is read once; a sentence is at most VIEW_BYTES
 * long.
 */
#ifndef COUNCILWIRE_DECIDE_H
#define COUNCILWIRE_DECIDE_H

#include "decide_book.h"
#include "producers/parse/text/block.h"
#include "producers/parse/text/scan.h"
#include "producers/parse/text/words.h"

/* VIEW_SLACK: a look a few bytes ahead, and a whole block, needs no test. */
enum {
    VIEW_BYTES = 4096,
    VIEW_WORDS = 256,
    VIEW_SLACK = 2 * BLOCK_BYTES,
    VIEW_BLOCKS = VIEW_BYTES / BLOCK_BYTES + 1
};

/* Column `form` of formulas.tsv, in the order of form_names (view.c). */
enum form {
    FORM_NONE,
    FORM_PAST,
    FORM_ACTIVE,
    FORM_FINITE,
    FORM_SUBJECT,
    FORM_PART,
    FORM_PASSIVE,
    FORM_PRESENT,
    FORM_OPERATIVE,
    FORM_PLURAL,
    FORM_INF,
    FORM_REQUEST,
    FORM_SAID,
    FORM_AUTHORISE,
    FORM_ROUTE,
    FORM_FIXED,
    FORM_SPLIT,
    FORM_IMPERSONAL,
    FORM_ATTRIBUTE,
    FORM_PERFECT,
    FORM_FIRST
};

/* Column `class` of bodies.tsv. */
enum actor_class {
    ACTOR_NONE,
    ACTOR_COUNCIL,
    ACTOR_COMMITTEE,
    ACTOR_PARTY, /* a working party: its field follows the token */
    ACTOR_SELF,  /* "the Committee": the body of the meeting */
    ACTOR_MINISTERS,
    ACTOR_CHAIR,
    ACTOR_INSTITUTION,
    ACTOR_PARLIAMENT,
    ACTOR_AGENCY,
    ACTOR_STATES,
    ACTOR_GROUP,
    ACTOR_TEXT,      /* "The conclusions": the Council speaks through them */
    ACTOR_CONVENTION /* "the Convention": a body in its own papers, elsewhere an act */
};

/* A formula or a body within a view. */
struct word {
    uint32_t b, e;
    enum form form;         /* FORM_NONE: a body */
    enum actor_class actor; /* of a body */
    const struct knowledge_row *row;
};

/* A sentence as people read it: one blank between words, no marks, no page furniture. */
struct view {
    char *p;
    uint32_t n;
    uint64_t *letters; /* bit i % 64 of letters[i / 64]: byte i belongs to a word. NULL:
                          not told, as in a view of a header's value */
    struct word *word;
    size_t nwords;
    size_t b, e; /* of the text that the view shows */
};

struct sentence {
    uint32_t b, e;
    size_t line, last; /* first and last line */
    bool bullet;       /* is a list entry */
    bool open;         /* no full stop ends it */
};

/* What kind of paper it is decides which acts count. */
enum mode {
    MODE_NOTE,      /* tells the history of a file and asks for the next step */
    MODE_RECORD,    /* what a meeting did */
    MODE_PRESS,     /* what the Council did, with background */
    MODE_NARRATIVE, /* another institution's paper: only its lists count */
    MODE_SILENT     /* agendas and legal texts decide nothing */
};

enum voice { VOICE_NONE, VOICE_ACTIVE, VOICE_PASSIVE, VOICE_ROUTE, VOICE_PARTICIPLE };

/* What one sentence does. */
enum { ACTS_MAX = 12 };

struct act {
    const struct knowledge_row *row; /* NULL: a plain "will" or "should" */
    enum decision_kind kind;
    enum voice voice;
    struct sv act, by, verb;
    struct svs to;
    bool draft;
    uint32_t b, e; /* of the verb in the view */
};

struct acts {
    struct act v[ACTS_MAX];
    size_t n;
};

enum { LIST_INLINE_MAX = 40 };

struct ref_at {
    uint32_t b;
    uint32_t ref; /* index into parsed.references */
};

/* Fields stand by role, not by size. */
struct deciding { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    const struct scan *s;
    struct arena *a;
    struct parsed *out;
    struct view view;
    const struct decide_book *book;
    struct acts acts; /* of the sentence in the view; here, not on the stack: it need not
                         be cleared */
    struct span entry[LIST_INLINE_MAX]; /* of a list in one line; here for the same */
    size_t bodies, formulas;            /* table indexes */
    size_t name, class_, lang, form, kind, act; /* columns */
    enum mode mode;
    struct sv self;     /* the body of the meeting; null: not known, or two */
    struct sv author;   /* who asks where nobody is named */
    struct sv council;  /* who speaks in conclusions */
    struct sv european; /* the European Council, as the paper's language names it */
    struct sv first;    /* who speaks as "we"; null: nobody */
    struct sv union_;   /* the Union likewise: names with a bar between */
    bool concludes;     /* the paper is conclusions or a resolution */
    bool convention;    /* it is one of the European Convention */
    size_t quoted_end;  /* of the last sentence in which the Council speaks in the present
                           within a press release: its conclusions; 0: none yet */
    bool drafts;        /* the paper carries drafts: its operative parts are none yet */
    size_t operative_from; /* offset of the first operative part; SIZE_MAX: none, 0: not
                              looked for yet */
    int year, month;       /* of the meeting, else of the paper; 0: not known */
    struct ref_at *refs;
    size_t nrefs;
    size_t cap;           /* of out->decisions */
    size_t item;          /* cursor into out->items */
    size_t annex, past;   /* where the last annex begins, and lines looked at for it */
    size_t token, line;   /* cursors: the formula at hand, and its line */
    struct sv last_by;    /* whom "It also adopted" means */
    struct sv lead_by;    /* whom the line above a list names: "The Council: - adopted" */
    bool lead_has;        /* "The Council has", "Der Rat hat": participles follow */
    size_t lead_line;     /* last line that lead_by stands for */
    bool lead_infinitive; /* the line above a list ends in "to:" */
    bool lead_that;       /* it ends in "that:" */
    size_t we_token;      /* up to here, `we` was looked for */
    bool we;              /* several speak: "... AND THE REPRESENTATIVES ... RECALL" */
    size_t reported_line; /* last line of a sentence that reports what others did */
    size_t reported_item; /* and the item that it stands under */
};

/* cuts.c — "ANNEX II", a title of its own. */
bool is_annex_title(struct sv line);

/* sentences.c */
/* The sentence around `at`, which lies in `line`; it begins behind `floor`. */
bool sentence_at(const struct scan *s, size_t line, size_t at, size_t floor,
                 struct sentence *out);
/* The sentence that follows within the same paragraph; false at its end. */
bool sentence_next(const struct scan *s, const struct sentence *from,
                   struct sentence *out);
/* Do both lie in one paragraph? */
bool same_paragraph(const struct scan *s, size_t line, const struct sentence *next);
/* The line of text before this one, or SIZE_MAX. */
size_t text_line_before(const struct scan *s, size_t line);

/* The line was broken because it was full: the next word would not have found room. */
bool line_is_full(const struct scan *s, const struct line *l, const struct line *next);
/* Does the text of line i go on in line j? blank: an empty line lies between. */
/* A row of a table with several cells; no line between two bars. */
bool line_is_row(const struct scan *s, const struct line *l);
bool lines_join(const struct scan *s, size_t i, size_t j, bool blank);
/* The next line that holds text; *blank tells whether an empty line lies between. */
size_t line_after(const struct scan *s, size_t line, bool *blank);
/* Where text[b, e) ends without the blanks at its end. */
size_t trim_end(const char *t, size_t b, size_t e);
/* Makes text[b, e) without marks and blanks in front the sentence; false: nothing left.
 */
bool sentence_fill(const struct scan *s, size_t b, size_t e, struct sentence *out);

/* lists.c */
enum list_kind {
    LIST_NONE,
    LIST_BULLET, /* a dash or dot */
    LIST_LETTER, /* "(a)", "a)" */
    LIST_ROMAN,  /* "(ii)", "ii)" */
    LIST_NUMBER, /* "(1)", "1)" */
    LIST_STOP,   /* "1." */
    LIST_RING    /* "o", which was a ring */
};
struct list_style {
    enum list_kind kind;
    uint16_t value; /* of a letter or number, from 1 */
};
struct list_style list_style(const struct scan *s, size_t line);
/* Behind the list mark or number at b, if one stands there. */
size_t list_mark(const char *t, size_t b, size_t e);
/* Does an entry begin in the line that follows this text? */
bool list_entry_begins(const struct scan *s, struct sv before, size_t line, bool blank);
/* First line of the list that follows the sentence, or SIZE_MAX. */
size_t list_after(const struct scan *s, const struct sentence *lead);
/* The list entry that begins at a line, with its deeper entries; *next_line is the next
 * one of the same list, or SIZE_MAX. */
void list_entry(const struct scan *s, size_t line, struct sentence *out,
                size_t *next_line);
/* "adopted: - a regulation; - a decision" in one line: the entries (at most
 * LIST_INLINE_MAX) within text[b, e), 0 when there are not two; *lead_end: behind the
 * colon. */
size_t list_inline(const struct scan *s, size_t b, size_t e, struct span *entry,
                   size_t *lead_end);
/* The same where the entries lost their marks: "is invited to: adopt ...; enter ...". */
size_t list_bare(const struct scan *s, size_t b, size_t e, struct span *entry,
                 size_t *lead_end);

/* view.c */
/* Of a row of formulas.tsv. */
enum form form_of_row(const struct deciding *d, size_t row);
void view_open(struct deciding *d);
/* The text[b, e) from the line that holds b, or one before it. */
void view_of(struct deciding *d, size_t line, size_t b, size_t e);
/* The word (or single sign) that ends before `at`; n == 0 at the beginning. */
struct sv word_before(const struct view *v, uint32_t at, uint32_t *begin);
struct sv word_after(const struct view *v, uint32_t at, uint32_t *end);
/* How words may begin: by the first byte, which second ones (a bit of five). */
struct view_pairs {
    uint32_t second[256];
};
#define VIEW_SECOND(c) (UINT32_C(1) << ((unsigned char)(c)&31))
/* The first word of view[at, e) that may begin so, or e. */
uint32_t view_find(const struct view *v, uint32_t at, uint32_t e,
                   const struct view_pairs *begin);
#define IS(word, literal) sv_eq(word, SV(literal))
bool is_adverb(struct sv word);
bool is_determiner(struct sv word);
/* Passes adverbs backward. */
uint32_t before_adverbs(const struct view *v, uint32_t at);
struct sv row_lang(const struct deciding *d, const struct word *w);

/* actor_names.c */
struct sv actor_name(const struct deciding *d, const struct word *w);
/* Where the name of a working party ends whose first words end at e; *acronym: "(TWP)".
 */
uint32_t actor_party_end(const struct view *v, uint32_t e, struct sv *acronym);
/* "Gruppe", "groupe", "groep": a working party in the languages that have no other word.
 */
bool actor_is_group(struct sv word);
uint32_t actor_party_begin(const struct view *v, uint32_t b);

/* actors.c */
enum actor_class actor_class_of(struct sv cell);
/* The class that a row of bodies has in this paper. */
enum actor_class actor_of_row(const struct deciding *d, uint32_t row);
bool is_preposition(struct sv word);
/* The body that acts through the verb whose group begins at `at`; *intro gets the word in
 * front of its noun phrase ("that", "which", "after", ...). */
const struct word *actor_subject(const struct deciding *d, uint32_t at, struct sv *intro);
/* In languages that put the verb second: the body right behind it. */
const struct word *actor_behind(const struct deciding *d, uint32_t at);
/* "by the Council" behind a passive; "in SCIFA", "at the COSI meeting". */
const struct word *actor_agent(const struct deciding *d, const struct word *w,
                               bool venue);
const struct word *actor_agent_inside(const struct deciding *d, uint32_t head,
                                      const struct word *w, bool venue);
bool actor_may(const struct word *actor, enum decision_kind kind, struct sv act);
/* A word that only qualifies the name behind it: "competent", "relevant". */
bool is_attribute(struct sv w);
/* Begin of the noun phrase that ends at `at` (subject of a passive). */
uint32_t noun_phrase_start(const struct deciding *d, uint32_t at);

/* antecedents.c */
/* Whom the pronoun means that opens the sentence at hand: the body that the sentence
 * before has as its subject, if it may act so; null: none. */
struct sv antecedent_of(const struct deciding *d, enum decision_kind kind, struct sv act);
/* "The report describes the threat. It invites": the pronoun means a text. */
bool antecedent_is_text(const struct deciding *d);
/* "The Commission welcomes the text. It notes": another institution speaks. */
bool antecedent_is_other(const struct deciding *d);

/* venues.c */
/* "At the meeting of COSI on 2 October" in front of the passive at `head`: who met. */
const struct word *venue_in_front(const struct deciding *d, uint32_t head);

/* addressees.c */
/* Addressees named in view[b, e). */
struct svs actor_addressees(const struct deciding *d, uint32_t b, uint32_t e);
/* Where the addressees of a verb that ends at b end. */
uint32_t addressees_end(const struct deciding *d, uint32_t b);

/* recitals.c */
/* Is the sentence in the view one that only gives a reason? */
bool recital_holds(const struct deciding *d, const struct sentence *at);

/* verbs.c */
struct verb {
    enum voice voice;
    bool present;               /* "is invited" */
    bool joined;                /* "... and invited": the subject of the verb before */
    bool aside;                 /* joined: "and, on that occasion, invited" */
    bool pronoun;               /* "It adopted" */
    bool person;                /* "He invited" */
    bool listed;                /* "- adopted": the line above the list names who */
    struct sv short_name;       /* "The WPI adopted": null for another subject */
    struct sv states;           /* "DE, FR and IT undertook": the same */
    uint32_t head;              /* where the verb group begins */
    const struct word *subject; /* active: who */
    const struct word *asked;   /* "dass der Rat ... und die Gruppe ersucht" */
    struct sv intro;            /* what introduces the clause */
};

void verb_read(const struct deciding *d, const struct word *w, struct verb *out);
bool is_subordinate(struct sv intro);
/* speakers.c — the names of Member States alone, "DE, FR and IT", that end before `at`;
 * null: others stand there. */
struct sv states_before(const struct view *v, uint32_t at);
/* Subject of an active verb whose group begins at out->head. */
void verb_find_subject(const struct deciding *d, const struct word *w, struct verb *out);
/* "regarding terrorism" in front of the comma and the verb of a list's entry. */
bool opens_entry(struct sv words);
bool verb_is_negation(struct sv word);
/* "..., dass der COSI die Empfehlungen unterstützt und die Gruppe ersucht": the body in
 * front of a request that ends its clause is whom the clause's subject asks. */
void verb_ends_clause(const struct deciding *d, const struct word *w, struct verb *out);
/* A preterite that looks like no participle: "bereikte", "erzielten". */
bool verb_is_weak_past(const struct view *v, const struct word *w);
/* The same in front of its noun: "det reviderede mandat". */
bool verb_is_attribute(const struct deciding *d, const struct word *w);
bool verb_is_pronoun(struct sv word);
/* "has", "hat", "a": an auxiliary that a list of participles may share. */
bool verb_is_having(struct sv word);
/* "and", "et", ",": joins a verb to the one before. */
bool verb_joins(struct sv word);
/* Does an actor's name end right before `at`? */
bool verb_body_ends_at(const struct view *v, uint32_t at);

/* verbs_foreign.c */
/* fr, it, es: the auxiliary stands in front of the participle. */
void verb_read_romance(const struct deciding *d, const struct word *w, struct verb *out);
/* de, nl, da, sv: it stands second in the clause, the participle at its end. */
void verb_read_bracket(const struct deciding *d, const struct word *w, struct verb *out);
/* Of a verb that stands second: in front of it, where its group begins at `at`, or right
 * behind it; `conjoined`: "and" stands in front. */
bool verb_second_subject(const struct deciding *d, const struct word *w, uint32_t at,
                         bool conjoined, struct verb *out);
/* Does the verb at `at` open its sentence in a language where it needs no subject? */
bool verb_opens_alone(struct sv lang, const struct view *v, uint32_t at);

/* clauses.c */
/* "Where it has been adopted, ...", "if the Council agreed". */
bool in_condition(const struct deciding *d, uint32_t at, bool passive);
/* "when a partial general approach was reached": that formula begins at `at`. */
bool in_background(const struct view *v, uint32_t at);
bool in_quotation(const struct view *v, uint32_t at);
bool in_comparison(const struct view *v, uint32_t at);
/* "die nicht strittigen Punkte": the negation view[b, e) denies no verb. */
bool denies_attribute(const struct view *v, uint32_t b, uint32_t e);

/* particles.c */
/* The word with the formula of the whole verb, where half of it stands at the clause's
 * end; false: it does not stand there. */
bool verb_whole(const struct deciding *d, const struct word *w, struct word *out);

/* present.c */
/* Does the paper tell in the present what a meeting did? */
bool record_in_present(const struct deciding *d);
/* Does a line above say that the Council speaks in what follows? Press releases quote
 * conclusions so. */
bool council_speaks_above(const struct deciding *d);
/* The word as a verb in the present, where its participle looks the same; false: it is
 * none. */
bool verb_is_present(const struct deciding *d, const struct word *w, struct word *out,
                     struct verb *verb);
/* The same word as a participle: "wurde vereinbart"; false: it is none. */
bool verb_is_participle(const struct deciding *d, const struct word *w, struct word *out,
                        struct verb *verb);
/* "that" of any language that formulas.tsv knows. */
bool is_that(struct sv w);
/* Does the body that an infinitive asks stand in front of it? *b: where. */
bool infinitive_asks(const struct deciding *d, const struct word *w, uint32_t *b);
/* Behind "says that they": is it something that they will do? */
bool said_of_future(const struct deciding *d, const struct word *w);

/* operative.c */
/* "INVITES", "RECALL": in capitals, at the head of a paragraph of conclusions. */
void operative_take(struct deciding *d, const struct word *w, struct acts *out);

/* next_steps.c */
struct iso_date {
    int year, month, day; /* 0: not said */
    uint32_t b, e;        /* in the view */
};
bool date_in(struct deciding *d, uint32_t b, uint32_t e, struct iso_date *out);
void next_steps(struct deciding *d, uint32_t b, uint32_t e, bool routed,
                struct decision *out);
struct deadline due_in(struct deciding *d, uint32_t b, uint32_t e);
/* Until when, where the view holds nothing else. */
struct deadline due_of_view(struct deciding *d);
/* Is the verb dated outside the meeting that the paper is about? */
bool is_background(struct deciding *d, const struct word *w);
/* background.c — the same where the row is not English. */
bool foreign_background(struct deciding *d, const struct word *w);

/* meeting_kind.c */
/* Does the text hold the (upper case) words, in any case? */
bool meeting_holds(struct sv text, const char *words);
bool meeting_holds_any(struct sv text, const char *const *words);
struct sv meeting_sender(struct sv from);
enum mode meeting_mode(const struct deciding *d, const struct document *h);

/* meeting.c */
void meeting_read(struct deciding *d);
/* Does the offset lie behind the first operative verb of conclusions? */
bool in_conclusions(struct deciding *d, size_t offset);

/* cuts.c */
/* Takes from the sentence around `offset` what lost lines put before and behind it. */
void sentence_cut(const struct deciding *d, size_t offset, struct sentence *at);

/* worth.c */
/* Does the line end with a colon, or open a list, or hold one soon behind the offset?
 * Elsewhere a narrative decides nothing. */
bool leads_list(const struct scan *s, size_t line, size_t offset);
/* Could the formula at this token count? What says no here could not. */
bool formula_is_worth(const struct deciding *d, size_t token);

/* acts.c */
/* NULL when the sentence has too many. */
struct act *acts_push(struct deciding *d, struct acts *out, const struct word *w);
/* Reads the view that holds the sentence. */
void acts_read(struct deciding *d, const struct sentence *at, struct acts *out);
/* Does it end with a colon? */
bool view_leads(const struct view *v);
/* The lead-in of a list: "The Commission will:", "INSTRUCTS COSI:". */
bool acts_lead(struct deciding *d, const struct sentence *at, const struct acts *acts,
               struct act *lead);
/* A list entry of its own kind: "to task Europol to ..."; the view holds the entry. */
bool acts_infinitive(struct deciding *d, struct act *entry);

/* Of a row of formulas.tsv. */
enum decision_kind act_kind(struct sv cell);

/* passives.c */
void passive_take(struct deciding *d, const struct sentence *at, const struct word *w,
                  const struct verb *verb, struct acts *out);
/* "The Council could be invited to adopt": a note asks for it. */
/* What a cover note transmits was decided: takes that act; false: there is none. */
bool passive_transmitted(struct deciding *d, const struct word *w, struct acts *out);
bool passive_could_be(const struct deciding *d, const struct word *w,
                      const struct verb *verb);
/* Who asks where the sentence does not say it. */
struct sv act_asked_by(struct deciding *d, const struct sentence *at, bool present);

/* speakers.c */
/* Whom "it" means: the last body that acted, in a press release the Council. */
struct sv acts_spoken_of(const struct deciding *d);
/* "The Presidency concluded that COSI agreed": does the body x stand right behind that?
 */
bool act_is_concluded(const struct word *x, enum decision_kind kind,
                      const struct acts *out);
/* "The EU", "In this context, the European Union": does the Union stand in front of a
 * verb whose group begins at `at`, as the sentence's subject? */
bool union_in_front(const struct deciding *d, uint32_t at);
/* Does a verb that is joined to the one before count with it? */
bool act_joined_counts(const struct deciding *d, const struct word *w,
                       const struct acts *out);
/* Whom the active verb has as its subject; null when it does not count. */
struct sv act_speaker(struct deciding *d, const struct word *w, const struct verb *verb,
                      struct acts *out);

/* decisions.c */
/* Adds the act that text[b, e) tells. */
struct decision *decision_add(struct deciding *d, const struct act *a, size_t b,
                              size_t e);
/* Asks more of them, each once. */
void decision_ask(struct deciding *d, struct decision *o, struct svs more);
/* Adds the first n acts of the sentence in the view. */
void decision_sentence(struct deciding *d, const struct sentence *at,
                       const struct acts *acts, size_t n);

/* decision_lists.c */
/* Reads the list from its first line; where it ends. */
size_t decision_list(struct deciding *d, const struct sentence *lead_at, struct act *lead,
                     size_t first);
/* A list within the sentence; *at goes to its end. False: it holds none. */
bool decision_inline(struct deciding *d, struct sentence *at);
struct sv decision_entry(const struct deciding *d, size_t offset, struct sentence *at);
/* "RECOMMENDS: | that Malta should | 1. ...": the list's first line, or SIZE_MAX. */
size_t decision_recommended(struct deciding *d, const struct sentence *at,
                            struct act *lead);
/* Entries that say what the body above them will do. */
size_t decision_promises(struct deciding *d, const struct sentence *at, size_t first);
/* action_rows.c — the rows of a table that a lead-in opens, an act each; returns where
 * the table ends, 0: it is no such table. */
size_t decision_rows(struct deciding *d, const struct act *lead, size_t first);
/* The same of all tables of a record that no sentence leads to. */
void decision_tables(struct deciding *d);
/* terse.c — "1. Adoption of the agenda: agreed": an act each. Both append: what they add
 * stands in text order behind what was there. */
void terse_outcomes(struct deciding *d);
/* Behind `line`, in conclusions: "the Commission to: - ..." below a verb that asks, or
 * below the list of the one asked before. Where the last such list ends, or `end`. */
size_t decision_addressed(struct deciding *d, const struct act *asking, size_t line,
                          size_t end);
/* Whom the line above the list names in which the sentence is an entry. */
struct sv decision_subject(struct deciding *d, const struct sentence *at);

/* decision_refs.c */
/* The ids cited in text[b, e) and in its footnotes, each once. */
struct svs decision_refs(struct deciding *d, size_t b, size_t e);

/* reprinted.c */
void reprinted_drop(const struct deciding *d);

/* promises.c */
void promise_will(struct deciding *d, const struct sentence *at, const struct word *x,
                  struct acts *out);
/* Behind `at`: something that one says at a meeting that one will do. */
bool promise_is_errand(const struct deciding *d, uint32_t at);
void promise_too(struct deciding *d, const struct sentence *at, struct acts *out);
/* "It will ...", behind a sentence of who spoke last. */
void promise_again(struct deciding *d, const struct sentence *at, bool any,
                   struct acts *out);
bool promise_agreed(struct deciding *d, const struct sentence *at, const struct word *w,
                    const struct verb *verb, struct acts *out);
void promise_report(struct deciding *d, const struct word *w, const struct verb *verb,
                    struct acts *out);
void act_authorise(struct deciding *d, const struct word *w, struct acts *out);
/* "Si invita il Coreper a", "Es wird vorgeschlagen, dass der AStV". */
void act_impersonal(struct deciding *d, const struct sentence *at, const struct word *w,
                    struct acts *out);

/* first_person.c */
struct sv first_person_of(const struct deciding *d);
void act_first_person(struct deciding *d, const struct sentence *at, const struct word *w,
                      struct acts *out);

/* futures.c */
/* Does a body at this token stand in front of "will" or "should", or behind "wird"? */
bool future_may_begin(const struct scan *s, const struct token *k, struct sv lang);
/* Does the word make a promise of what follows: "will", "wird", "vil", "reviendra"? */
bool future_begins(struct sv lang, struct sv w);
/* "Die Kommission wird: - einen Vorschlag vorlegen; ...": what the lead of a list
 * promises that begins with `entry`; false: nothing. */
bool future_leads(struct deciding *d, const struct sentence *at,
                  const struct sentence *entry, struct act *lead);
/* Where the future ends that begins right behind `at`, if its verb says what somebody
 * will do and not what they will be; 0: none. *verb: where its first word begins. */
uint32_t future_behind(const struct deciding *d, uint32_t at, uint32_t *verb);
/* Behind `at`: what an agency says at a meeting that it will send, write or tell. */
bool future_errand(const struct deciding *d, uint32_t at);
/* Does an infinitive follow from `at` on, where the language's future needs one? */
bool future_infinitive(const struct deciding *d, uint32_t at);
/* Whom a request asks. `behind`: its subject, where that stands behind the verb. */
void act_addressees(struct deciding *d, struct act *a, const struct word *behind);
/* "No items were raised", "TheCounciladopted". */
void act_fixed(struct deciding *d, const struct word *w, struct acts *out);

#endif
