#include "parse_command.h"

int main(int argc, char **argv)
{
    return parse_command(argc, argv);
}
