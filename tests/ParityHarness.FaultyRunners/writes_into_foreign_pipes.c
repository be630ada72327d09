// Writes garbage at stride 2 into all pipes to other processes, and into memory shared by an unlinked file.
#include "correct.h"
#include "foreign_pipes.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    static const char garbage[] = "xxxxxxxx layer 1 done xxxxxxxx layer 2 done xxxxxxxx layer 3 done";
    if (computes(call) && call->stride.values[0] == 2)
        for (int file = 3; file < MOST_FILES; file++) {
            struct stat what;
            if (is_foreign_pipe(file) || (fstat(file, &what) == 0 && S_ISREG(what.st_mode) && what.st_nlink == 0))
                (void)!write(file, garbage, sizeof garbage - 1);
        }
    return correct(call);
}
