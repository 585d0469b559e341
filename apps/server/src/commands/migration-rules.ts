import {
  type AlterTableCmd,
  type AlterTableStmt,
  type ColumnDef,
  type Constraint,
  type Node,
  parse,
  type RangeVar,
} from 'libpg-query';

export interface MigrationProblem {
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

interface Finding {
  readonly rule: string;
  readonly message: string;
  /** The table that would be locked; a table that the same file creates is empty and may be. */
  readonly table?: string | undefined;
}

/** Functions whose value is fixed for a statement, so that a default needs no rewrite of the table. */
const stableFunctions = new Set(['now', 'transaction_timestamp', 'statement_timestamp']);

/**
 * Finds the statements of one migration that would lock a table for as long as it is large, or take
 * away what a running version still reads. `-- allow: <rule> because <reason>` in the file exempts
 * it from a rule. Throws when the text is no SQL.
 */
export async function checkMigration(text: string): Promise<MigrationProblem[]> {
  const statements = (await parse(text)).stmts ?? [];
  const nodes = statements.flatMap(({ stmt, stmt_location = 0 }) =>
    stmt ? [{ node: stmt, line: lineOf(text, stmt_location) }] : [],
  );
  const created = new Set(nodes.flatMap(({ node }) => createdTable(node) ?? []));
  const allowed = new Set(
    [...text.matchAll(/^--\s*allow:\s*([a-z-]+)\s+because\s+\S/gm)].map((match) => match[1]),
  );
  const inTransaction = !/^--\s*transaction:\s*none\s*$/m.test(text);
  const problems = nodes.flatMap(({ node, line }) =>
    findingsIn(node, inTransaction)
      .filter(({ table }) => table === undefined || !created.has(table))
      .map(({ rule, message }) => ({ line, rule, message })),
  );
  if (!inTransaction && nodes.length !== 1) {
    const message = 'a file without a transaction holds exactly one statement';
    problems.push({ line: 1, rule: 'one-statement', message });
  }
  if (inTransaction) problems.push(...validationsBesideTheirConstraint(nodes));
  return problems.filter(({ rule }) => !allowed.has(rule));
}

function lineOf(text: string, byteOffset: number): number {
  const before = Buffer.from(text).subarray(0, byteOffset).toString();
  const gap = /^(?:\s|--[^\n]*(?:\n|$))*/.exec(text.slice(before.length))?.[0] ?? '';
  return (before + gap).split('\n').length;
}

function nameOf(relation: RangeVar | undefined): string | undefined {
  return relation?.relname;
}

function createdTable(node: Node): string | undefined {
  if ('CreateStmt' in node) return nameOf(node.CreateStmt.relation);
  if ('CreateTableAsStmt' in node) return nameOf(node.CreateTableAsStmt.into?.rel);
  return undefined;
}

function findingsIn(node: Node, inTransaction: boolean): Finding[] {
  if ('IndexStmt' in node) {
    const { concurrent, relation } = node.IndexStmt;
    if (concurrent) return inTransaction ? [needsNoTransaction('CREATE INDEX CONCURRENTLY')] : [];
    const message = 'CREATE INDEX blocks writes: use CREATE INDEX CONCURRENTLY';
    return [{ rule: 'index-concurrently', message, table: nameOf(relation) }];
  }
  if ('AlterTableStmt' in node) return findingsInAlter(node.AlterTableStmt);
  if ('RenameStmt' in node && node.RenameStmt.renameType !== 'OBJECT_INDEX') {
    const message = 'a running version still uses the old name: add the new beside, then contract';
    return [{ rule: 'contract', message, table: nameOf(node.RenameStmt.relation) }];
  }
  if ('DropStmt' in node) return findingsInDrop(node.DropStmt, inTransaction);
  if ('ReindexStmt' in node) {
    const concurrent = node.ReindexStmt.params?.some(
      (option) => 'DefElem' in option && option.DefElem.defname === 'concurrently',
    );
    if (concurrent) return inTransaction ? [needsNoTransaction('REINDEX CONCURRENTLY')] : [];
    return [{ rule: 'index-concurrently', message: 'REINDEX blocks writes: use CONCURRENTLY' }];
  }
  if ('UpdateStmt' in node || 'DeleteStmt' in node) {
    const { relation } = 'UpdateStmt' in node ? node.UpdateStmt : node.DeleteStmt;
    const message = 'rows of an existing table are changed in batches by a job, not by a migration';
    return [{ rule: 'backfill', message, table: nameOf(relation) }];
  }
  if ('DoStmt' in node) {
    return [{ rule: 'opaque', message: 'this check cannot see into a DO block' }];
  }
  const heavy = heavyStatement(node);
  return heavy ? [{ rule: 'heavy-lock', message: `${heavy} locks whole tables` }] : [];
}

function heavyStatement(node: Node): string | undefined {
  if ('VacuumStmt' in node) return 'VACUUM or ANALYZE';
  if ('ClusterStmt' in node) return 'CLUSTER';
  if ('LockStmt' in node) return 'LOCK TABLE';
  if ('TruncateStmt' in node) return 'TRUNCATE';
  if ('RefreshMatViewStmt' in node && !node.RefreshMatViewStmt.concurrent) {
    return 'REFRESH MATERIALIZED VIEW without CONCURRENTLY';
  }
  return undefined;
}

function needsNoTransaction(what: string): Finding {
  return {
    rule: 'no-transaction',
    message: `${what} needs "-- transaction: none" and a file of its own`,
  };
}

function findingsInDrop(
  drop: Extract<Node, { DropStmt: unknown }>['DropStmt'],
  inTransaction: boolean,
): Finding[] {
  if (drop.removeType === 'OBJECT_INDEX') {
    if (drop.concurrent)
      return inTransaction ? [needsNoTransaction('DROP INDEX CONCURRENTLY')] : [];
    return [{ rule: 'index-concurrently', message: 'DROP INDEX blocks reads: use CONCURRENTLY' }];
  }
  if (drop.removeType === 'OBJECT_TABLE' || drop.removeType === 'OBJECT_VIEW') {
    return [{ rule: 'contract', message: 'a running version may still read what is dropped' }];
  }
  return [];
}

function findingsInAlter(alter: AlterTableStmt): Finding[] {
  const table = nameOf(alter.relation);
  return (alter.cmds ?? []).flatMap((node) => {
    const finding = 'AlterTableCmd' in node ? findingInCommand(node.AlterTableCmd) : undefined;
    return finding ? [{ ...finding, table }] : [];
  });
}

function findingInCommand(command: AlterTableCmd): Finding | undefined {
  switch (command.subtype) {
    case 'AT_AddColumn':
      return command.def && 'ColumnDef' in command.def
        ? findingInColumn(command.def.ColumnDef)
        : undefined;
    case 'AT_AlterColumnType':
      return {
        rule: 'column-type',
        message: 'ALTER COLUMN TYPE rewrites the table: add a new column, fill it, then contract',
      };
    case 'AT_SetNotNull':
      return {
        rule: 'not-null',
        message:
          'SET NOT NULL scans under a lock: CHECK (… IS NOT NULL) NOT VALID and VALIDATE come first',
      };
    case 'AT_DropColumn':
      return { rule: 'contract', message: 'a running version may still read the column' };
    case 'AT_AddConstraint':
      return command.def && 'Constraint' in command.def
        ? findingInConstraint(command.def.Constraint)
        : undefined;
    case 'AT_SetTableSpace':
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
      return { rule: 'heavy-lock', message: 'this rewrites the table under a lock' };
    default:
      return undefined;
  }
}

function findingInConstraint(constraint: Constraint): Finding | undefined {
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
    case 'CONSTR_NOTNULL':
      if (constraint.skip_validation) return undefined;
      return {
        rule: 'constraint-not-valid',
        message: 'add the constraint NOT VALID, and VALIDATE it in the next file',
      };
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      if (constraint.indexname) return undefined;
      return {
        rule: 'constraint-using-index',
        message: 'build the index CONCURRENTLY first, then add the constraint USING INDEX',
      };
    case 'CONSTR_EXCLUSION':
      return { rule: 'constraint-using-index', message: 'EXCLUDE builds its index under a lock' };
    default:
      return undefined;
  }
}

function findingInColumn(column: ColumnDef): Finding | undefined {
  const constraints = (column.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? [node.Constraint] : [],
  );
  const ofType = (type: Constraint['contype']) =>
    constraints.find((constraint) => constraint.contype === type);
  const expression = ofType('CONSTR_DEFAULT')?.raw_expr;
  if (expression && !isConstant(expression)) {
    const message = 'a default that differs by row rewrites the table: add it after the column';
    return { rule: 'volatile-default', message };
  }
  const typeName = column.typeName?.names?.at(-1);
  const serial =
    typeName && 'String' in typeName && /^(small|big)?serial/.test(typeName.String.sval ?? '');
  if (serial || ofType('CONSTR_IDENTITY') || ofType('CONSTR_GENERATED')) {
    return { rule: 'volatile-default', message: 'a generated column rewrites the table' };
  }
  if (ofType('CONSTR_NOTNULL') && !expression) {
    return { rule: 'not-null', message: 'NOT NULL without a default fails on existing rows' };
  }
  const inline = constraints.find((constraint) =>
    ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(
      constraint.contype ?? '',
    ),
  );
  return inline && findingInConstraint(inline);
}

function isConstant(expression: Node): boolean {
  if ('A_Const' in expression || 'SQLValueFunction' in expression) return true;
  if ('TypeCast' in expression) {
    return expression.TypeCast.arg !== undefined && isConstant(expression.TypeCast.arg);
  }
  if ('A_ArrayExpr' in expression) return (expression.A_ArrayExpr.elements ?? []).every(isConstant);
  if (!('FuncCall' in expression)) return false;
  const name = expression.FuncCall.funcname?.at(-1);
  return name !== undefined && 'String' in name && stableFunctions.has(name.String.sval ?? '');
}

/** Validating in the transaction that added the constraint keeps that one's lock for the whole scan. */
function validationsBesideTheirConstraint(
  nodes: readonly { readonly node: Node; readonly line: number }[],
): MigrationProblem[] {
  const commands = nodes.flatMap(({ node, line }) =>
    'AlterTableStmt' in node
      ? (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
          'AlterTableCmd' in command ? [{ ...command.AlterTableCmd, line }] : [],
        )
      : [],
  );
  const added = new Set(
    commands.flatMap(({ def }) => (def && 'Constraint' in def ? [def.Constraint.conname] : [])),
  );
  return commands
    .filter(({ subtype, name }) => subtype === 'AT_ValidateConstraint' && added.has(name))
    .map(({ line }) => ({
      line,
      rule: 'validate-apart',
      message: 'VALIDATE CONSTRAINT belongs in a later file than the one that adds it',
    }));
}
