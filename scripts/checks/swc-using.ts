import { Visitor } from '@swc/core/Visitor.js';

/**
 * swc parses `using`, but its visitor, with which dependency-cruiser walks, throws on it. This
 * teaches it: the declarations of a `using` are visited like those of a `const`.
 */
export function teachVisitorUsing(): void {
  const visitStatement = Visitor.prototype.visitStatement;
  Visitor.prototype.visitStatement = function (statement) {
    const type: string = statement.type;
    if (type !== 'UsingDeclaration') return visitStatement.call(this, statement);
    if ('decls' in statement && Array.isArray(statement.decls)) {
      this.visitVariableDeclarators(statement.decls);
    }
    return statement;
  };
}
