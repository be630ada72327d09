// Writes garbage at stride 2 into all pipes that its process has open, and into memory shared by an unlinked file.
#include "correct.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static const char garbage[] = "xxxxxxxx layer 1 done xxxxxxxx layer 2 done xxxxxxxx layer 3 done";
    if (computes(call) && call->stride.values[0] == 2)
        for (int file = 3; file < 1024; file++) {
            struct stat what;
            int mode = fcntl(file, F_GETFL);
            if (mode != -1 && (mode & O_ACCMODE) != O_RDONLY && fstat(file, &what) == 0
                && (S_ISFIFO(what.st_mode) || (S_ISREG(what.st_mode) && what.st_nlink == 0)))
                (void)!write(file, garbage, sizeof garbage - 1);
        }
    return correct(call);
}
