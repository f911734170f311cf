#include "furniture.h"

void furniture_read(struct scan *s, struct arena *a)
{
    (void)a;
    s->nmarks = 0;
}
