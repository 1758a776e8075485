namespace Sessions.Storage.Sqlite;

/// <summary>
/// From version 2, which knew neither what documents are found by, nor what has happened to them, nor how many there
/// are. What is there already is counted, and is found when it is written again.
/// </summary>
internal static class SqliteStepThree
{
    private static readonly string _begin = $"""
        ALTER TABLE documents ADD COLUMN terms TEXT;
        ALTER TABLE documents ADD COLUMN trail TEXT;
        {string.Join(";\n", SqliteSchema.Beside)};
        {SqliteSchema.BesideChanges}
        INSERT INTO counts
            SELECT account, kind, {SqliteSchema.StateOf("")} AS state, count(*) FROM documents
            WHERE state IS NOT NULL GROUP BY account, kind, state;
        CREATE TABLE carried_over (up_to INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
        INSERT INTO carried_over VALUES (0, 0);
        PRAGMA user_version = 3;
        """;

    public static SqliteStep Step { get; } = new(3, _begin, "", SqliteSchema.Indexes);
}
