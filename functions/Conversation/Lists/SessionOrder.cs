using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// orderBy (AIP-132). Sessions come in the order of their creation or its reverse: the orders in which page N costs
/// what page 1 costs.
/// </summary>
internal static class SessionOrder
{
    /// <exception cref="Http.RefusedException">Another order is asked for.</exception>
    public static ListOrder Parse(string? orderBy)
    {
        var words = orderBy?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words switch
        {
            [] => ListOrder.NewestFirst,
            [var field] when IsCreateTime(field) => ListOrder.OldestFirst,
            [var field, "asc"] when IsCreateTime(field) => ListOrder.OldestFirst,
            [var field, "desc"] when IsCreateTime(field) => ListOrder.NewestFirst,
            _ => throw ConversationErrors.Invalid("orderBy", "must be createTime or \"createTime desc\"."),
        };
    }

    private static bool IsCreateTime(string field) => ProtoNames.Camel(field) == "createTime";
}
