/* explain_command — `councilwire explain FILE [N]`: what was found where, and by which
 * rule.
 *
 * One line an item, citation and decision, in the order of the text, numbered; with N
 * that one alone with its line and the table row that took it.
 *
 * Errors:  returns an exit code, as parse_command.
 * Threads: one.
 */
#ifndef COUNCILWIRE_EXPLAIN_COMMAND_H
#define COUNCILWIRE_EXPLAIN_COMMAND_H

int explain_command(int argc, char **argv);

#endif
