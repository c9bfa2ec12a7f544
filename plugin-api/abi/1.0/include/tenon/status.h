/* Status codes. The values are frozen; new ones are appended.
 *
 * A function that can fail returns a tn_status. Any value below that is not TN_OK comes with a message
 * for a person, written to the error sink of the call (see call.h).
 */
#ifndef TENON_STATUS_H
#define TENON_STATUS_H

#include <stdint.h>

typedef int32_t tn_status;

#define TN_OK 0
#define TN_E_INVALID 1          /* the argument or input is wrong; the same call fails again (HTTP 400) */
#define TN_E_NOT_FOUND 2        /* what was named does not exist (404) */
#define TN_E_CONFLICT 3         /* it exists already, or has changed meanwhile (409) */
#define TN_E_UNAUTHENTICATED 4  /* the caller is not known (401) */
#define TN_E_DENIED 5           /* the caller is known and may not (403) */
#define TN_E_UNSUPPORTED 6      /* this side does not have what was asked for (501) */
#define TN_E_UNAVAILABLE 7      /* not now; the same call may succeed later (503) */
#define TN_E_TIMEOUT 8          /* the deadline passed (504) */
#define TN_E_CANCELLED 9        /* the caller has given up (499) */
#define TN_E_LIMIT 10           /* a quota or rate is used up (429) */
#define TN_E_TOO_LARGE 11       /* the input is larger than its limit (413) */
#define TN_E_INTERNAL 12        /* a fault of the side that answers (500) */
#define TN_E_DATA_LOSS 13       /* stored data is damaged (500) */

#endif
