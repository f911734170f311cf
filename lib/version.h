/* version — of the whole project, from CMakeLists.txt.
 *
 * Owns:    static data.
 * Units:   none.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_VERSION_H
#define COUNCILWIRE_VERSION_H

extern const char councilwire_version[];

#endif
