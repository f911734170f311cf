#include "producer_main.h"

int main(int argc, char **argv)
{
    return producer_run(&producer_self, &producer_parser, argc, argv);
}
