using Sessions.Lifecycle;

namespace Sessions.Storage.Sqlite;

/// <summary>A document as a row, in the order of <see cref="SqliteSchema.Columns"/>.</summary>
internal static class DocumentRow
{
    /// <summary>Binds the document to parameters 1 to 23.</summary>
    public static void Bind(SqliteStatement statement, Document document, string etag)
    {
        var lifetime = document.Lifetime;
        BindIndexed(statement, document);
        statement.Bind(8, document.UpdatedAt.UtcTicks);
        statement.Bind(9, lifetime?.Status);
        statement.Bind(11, lifetime?.StartedAt?.UtcTicks);
        statement.Bind(12, lifetime?.EndedAt?.UtcTicks);
        statement.Bind(13, lifetime?.LastActivityAt?.UtcTicks);
        statement.Bind(14, (long?)lifetime?.TtlSeconds);
        statement.Bind(15, lifetime?.DateExpiry?.UtcTicks);
        statement.Bind(16, lifetime?.ClosedReason);
        statement.Bind(19, document.RequestHash);
        statement.Bind(20, etag);
        statement.Bind(21, document.Body.Span);
        statement.Bind(23, document.Trail);
    }

    /// <summary>Binds what is in an index, or looked at by a trigger, to the same parameters.</summary>
    public static void BindIndexed(SqliteStatement statement, Document document)
    {
        statement.Bind(1, document.Partition);
        statement.Bind(2, document.Id);
        statement.Bind(3, document.Kind);
        statement.Bind(4, document.Key);
        statement.Bind(5, document.Account);
        statement.Bind(6, document.Index);
        statement.Bind(7, document.CreatedAt.UtcTicks);
        statement.Bind(10, document.Lifetime is null ? null : document.Lifetime.Open ? 1 : 0);
        statement.Bind(17, document.DueAt?.UtcTicks);
        statement.Bind(18, document.PurgeAt?.UtcTicks);
        statement.Bind(22, document.Terms);
    }

    /// <summary>The document in the row that the statement stands on.</summary>
    /// <param name="row">The statement.</param>
    /// <param name="before">One of the same list, which says much of the same; null for none.</param>
    /// <param name="partition">Where it lies; null when that is not known.</param>
    /// <param name="id">What it is called there; null when that is not known.</param>
    /// <param name="toShow">Whether it is read to be shown only.</param>
    public static Document Read(
        SqliteStatement row,
        Document? before = null,
        string? partition = null,
        string? id = null,
        bool toShow = false) => new()
    {
        Partition = partition ?? row.Text(0, before?.Partition),
        Id = id ?? row.Text(1),
        Kind = row.Text(2, before?.Kind),
        Key = toShow ? null : row.TextOrNull(3),
        Account = row.Text(4, before?.Account),
        Index = row.TextOrNull(5, before?.Index),
        CreatedAt = Moment(row.Number(6)),
        UpdatedAt = Moment(row.Number(7)),
        Lifetime = row.IsNull(9) ? null : new Lifetime
        {
            Status = row.Text(8, before?.Lifetime?.Status),
            Open = row.Number(9) != 0,
            CreatedAt = Moment(row.Number(6)),
            UpdatedAt = Moment(row.Number(7)),
            StartedAt = MomentOrNull(row, 10),
            EndedAt = MomentOrNull(row, 11),
            LastActivityAt = MomentOrNull(row, 12),
            TtlSeconds = (int?)row.NumberOrNull(13),
            DateExpiry = MomentOrNull(row, 14),
            ClosedReason = row.TextOrNull(15, before?.Lifetime?.ClosedReason),
        },
        DueAt = MomentOrNull(row, 16),
        PurgeAt = MomentOrNull(row, 17),
        RequestHash = toShow ? null : row.TextOrNull(18),
        ETag = toShow ? "" : row.Text(19),
        Body = row.Bytes(20).ToArray(),
        Terms = toShow ? null : row.TextOrNull(21),
        Trail = toShow ? null : row.TextOrNull(22),
        IsPartial = toShow,
    };

    /// <summary>The documents of the rows that a bound statement gives, until their bodies come to so many
    /// bytes.</summary>
    public static List<Document> ReadAll(
        SqliteStatement statement, int limit, int? maxBytes, bool toShow = false)
    {
        var documents = new List<Document>(Math.Min(limit, 64));
        try
        {
            for (long bytes = 0; !(bytes >= maxBytes) && statement.Step(); bytes += documents[^1].Body.Length)
            {
                documents.Add(Read(statement, documents is [.., var before] ? before : null, toShow: toShow));
            }
        }
        finally
        {
            statement.Reset();
        }

        return documents;
    }

    private static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? MomentOrNull(SqliteStatement row, int column) =>
        row.NumberOrNull(column) is { } ticks ? Moment(ticks) : null;
}
