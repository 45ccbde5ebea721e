#ifndef SERIN_CPOSTGRES_SHIM_H
#define SERIN_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

// Macros that are character literals are not imported into Swift.
static const int diagnosticState = PG_DIAG_SQLSTATE;
static const int diagnosticMessage = PG_DIAG_MESSAGE_PRIMARY;
static const int diagnosticDetail = PG_DIAG_MESSAGE_DETAIL;
static const int diagnosticHint = PG_DIAG_MESSAGE_HINT;
static const int diagnosticConstraint = PG_DIAG_CONSTRAINT_NAME;
static const int diagnosticTable = PG_DIAG_TABLE_NAME;
static const int diagnosticColumn = PG_DIAG_COLUMN_NAME;
static const int diagnosticPosition = PG_DIAG_STATEMENT_POSITION;

#endif
