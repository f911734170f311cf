#include "consumer_main.h"

int main(int argc, char **argv)
{
    return consumer_run(&consumer_self, argc, argv);
}
