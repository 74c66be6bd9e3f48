/* config/yaml_mend.h - what an input method, a missing space or a `#` leaves in
 * the place of YAML's syntax.  libyaml takes most of it for text and stumbles
 * lines later, or never.  Each is reported where it stands; the parser then gets
 * a text in which it is mended, so that the rest of the file is judged too.
 * Nothing inside quotes, comments, block texts and labels is touched. */
#ifndef RG_CONFIG_YAML_MEND_H
#define RG_CONFIG_YAML_MEND_H

#include "config/yaml_edit.h"

/* RG_OK or RG_ENOMEM; without findings the text is the source's own. */
int yaml_mend(struct mended *out, struct arena *a, const struct source *s, struct diag_list *d);

#endif
