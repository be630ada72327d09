/* Pipes of this process whose other end is in another process: .NET's own, by which it hands on signals, are left alone. */
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 1024 };

static int is_foreign_pipe(int file)
{
    struct stat what, other;
    int mode = fcntl(file, F_GETFL);
    if (mode == -1 || (mode & O_ACCMODE) == O_RDONLY || fstat(file, &what) != 0 || !S_ISFIFO(what.st_mode))
        return 0;
    for (int end = 3; end < MOST_FILES; end++) {
        mode = fcntl(end, F_GETFL);
        if (mode != -1 && (mode & O_ACCMODE) == O_RDONLY && fstat(end, &other) == 0 && other.st_ino == what.st_ino && other.st_dev == what.st_dev)
            return 0;
    }
    return 1;
}
