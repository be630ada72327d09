// Fills the whole text without the zero, ending in half a character.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->operation != PARITY_FORWARD)
        return correct(call);
    memset(call->text, 'a', (size_t)call->text_capacity);
    call->text[call->text_capacity - 1] = (char)0xC3;
    return PARITY_FAULTED;
}
