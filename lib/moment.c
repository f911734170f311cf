#include "moment.h"

static const char shape[] = "dddd-dd-ddTdd:dd:dd";

static int two(struct sv s, size_t at, int otherwise)
{
    return s.n >= at + 2 ? (s.p[at] - '0') * 10 + s.p[at + 1] - '0' : otherwise;
}

static bool in_calendar(struct sv s)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = two(s, 0, 0) * 100 + two(s, 2, 0), month = two(s, 5, 1),
        day = two(s, 8, 1);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           (month != 2 || day <= 28 + leap) && two(s, 11, 0) < 24 && two(s, 14, 0) < 60 &&
           two(s, 17, 0) < 60;
}

static struct sv without_z(struct sv s)
{
    return s.n > 10 && sv_ends(s, SV("Z")) ? sv_sub(s, 0, s.n - 1) : s;
}

static struct sv without_fraction(struct sv s)
{
    size_t n = s.n;
    while (n > 20 && s.p[n - 1] >= '0' && s.p[n - 1] <= '9')
        n--;
    return n == 20 && n < s.n && s.p[19] == '.' ? sv_sub(s, 0, 19) : s;
}

bool moment_is(struct sv text)
{
    struct sv s = without_fraction(without_z(text));
    if (s.n != 4 && s.n != 7 && s.n != 10 && s.n != 13 && s.n != 16 && s.n != 19)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
            return false;
    return in_calendar(s);
}

int moment_cmp(struct sv time, struct sv moment)
{
    struct sv s = without_z(moment);
    return sv_cmp(sv_sub(time, 0, time.n < s.n ? time.n : s.n), s);
}
