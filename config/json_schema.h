/* config/json_schema.h - the schema table for editors and for the manual. */
#ifndef RG_CONFIG_JSON_SCHEMA_H
#define RG_CONFIG_JSON_SCHEMA_H

#include <stdio.h>

/* JSON Schema 2020-12 of all kinds of file: main and included files, device
 * templates and rule sets.  It takes numbers where YAML readers see some. */
void json_schema_print(FILE *to);

/* The sections of riskgwd.yaml(5) in scdoc's format, in Chinese and English. */
void manual_print(FILE *to);

#endif
