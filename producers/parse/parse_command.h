/* parse_command — `councilwire parse FILE...`: one JSON object a file, no broker.
 *
 * Errors:  returns an exit code: 65 when a file was refused (its reason on stderr; the
 * others are done), 64 for wrong use, 78 when the knowledge cannot be read. Threads: one.
 */
#ifndef COUNCILWIRE_PARSE_COMMAND_H
#define COUNCILWIRE_PARSE_COMMAND_H

int parse_command(int argc, char **argv);

#endif
