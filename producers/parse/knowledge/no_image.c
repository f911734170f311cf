/* For the program that makes the image: there is none yet. */
#include "knowledge_internal.h"

const struct knowledge_image knowledge_image = {"", NULL, 0};
