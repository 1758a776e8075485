namespace Sessions.Storage.Sqlite;

/// <summary>Something that waits for its turn in a group, and whose caller waits for the group's commit.</summary>
internal interface IPendingWork
{
    /// <summary>How many documents it writes at most.</summary>
    int Size { get; }

    /// <summary>Whether its caller has gone; then it is not done, and its caller has been told.</summary>
    bool GivenUp();

    /// <summary>Does it, inside the group's transaction.</summary>
    void Apply(SqliteTransaction transaction, SqliteWrites writes, DateTimeOffset now);

    /// <summary>Tells the caller, once the group is durable.</summary>
    void Succeed();

    /// <summary>Tells the caller that the group came to nothing.</summary>
    void Fail(Exception failure);
}
