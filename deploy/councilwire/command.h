/* command — the subcommands of `councilwire`; each is a main() of its own with argv[0] =
 * its name.
 *
 * Errors:  exit codes of base.h; results on standard output, all else on standard error.
 * Threads: the program's main thread.
 */
#ifndef COUNCILWIRE_COMMAND_H
#define COUNCILWIRE_COMMAND_H

int up_command(int argc, char **argv);      /* all daemons under one supervisor */
int status_command(int argc, char **argv);  /* each daemon, lag, rejects, last document */
int rejects_command(int argc, char **argv); /* list, show, replay, purge */
int positions_command(int argc, char **argv); /* how far stopped consumers have read */
int broker_command(int argc, char **argv);    /* the embedded broker */
int topics_command(int argc, char **argv);    /* apply, check, list */
int acls_command(int argc, char **argv);      /* list, apply, remove */
int knowledge_command(int argc, char **argv); /* what a table matches in a text */
int subscribe_command(int argc, char **argv); /* webhooks for what a query matches */
int tail_command(int argc, char **argv);      /* decisions live from Kafka */
int search_command(int argc, char **argv);    /* decisions or papers, by query */
int show_command(int argc, char **argv);      /* a paper and all that belongs to it */
int verify_command(int argc, char **argv);    /* the archive re-reads all it holds */
int cat_command(int argc, char **argv);       /* a text by id or hash */
/* explain: what a paper holds (a FILE), or what became of an event (its ID) */
int explain_file_or_event_command(int argc, char **argv);
int diff_command(int argc, char **argv); /* what a revision changed */

#endif
