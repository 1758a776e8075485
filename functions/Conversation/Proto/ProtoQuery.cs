using Microsoft.AspNetCore.Http;
using Sessions.Http.Pages;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>The query parameters of a call, in either spelling; an absent or empty one is null.</summary>
internal sealed class ProtoQuery(IQueryCollection query)
{
    private readonly bool _hasSnakes = query.Any(each => each.Key.Contains('_', StringComparison.Ordinal));

    /// <summary>The value of a parameter.</summary>
    public string? Text(string camel)
    {
        var values = query[camel];
        if (_hasSnakes && ProtoNames.Snake(camel) is var snake && snake != camel)
        {
            values = Microsoft.Extensions.Primitives.StringValues.Concat(values, query[snake]);
        }

        return values.Count <= 1
            ? values.ToString() is { Length: > 0 } value ? value : null
            : throw ConversationErrors.Invalid(
                camel, "is there twice. Send it once, in one spelling.", FieldReasons.Twice);
    }

    /// <summary>A whole number of 32 bits.</summary>
    public int? Number(string camel) =>
        Text(camel) is not { } text ? null : ProtoNumbers.Read(text)
            ?? throw ConversationErrors.Invalid(camel, "must be a whole number of 32 bits.", FieldReasons.WrongType);

    /// <summary>true or false.</summary>
    public bool Flag(string camel) => Text(camel) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw ConversationErrors.Invalid(camel, "must be true or false.", FieldReasons.WrongType),
    };
}

/// <summary>
/// pageSize and pageToken (AIP-158). A token is good for the list and the arguments that it came with.
/// </summary>
internal sealed class ProtoPaging
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1000;
    private readonly string _list;
    private readonly PageSigner _pages;

    /// <exception cref="Http.RefusedException">The size is negative, or the token of another list.</exception>
    public ProtoPaging(ProtoQuery query, string list, PageSigner pages)
    {
        (_list, _pages) = (list, pages);
        Size = query.Number("pageSize") switch
        {
            null or 0 => DefaultSize,
            < 0 => throw ConversationErrors.Invalid("pageSize", "must not be negative."),
            var size => Math.Min(size.Value, MaxSize),
        };
        After = query.Text("pageToken") is { } token ? PositionOf(token) : null;
    }

    /// <summary>How many a page holds.</summary>
    public int Size { get; }

    /// <summary>Where the page begins; null at the start.</summary>
    public ListPosition? After { get; }

    /// <summary>The token of the next page; empty when there is none.</summary>
    public string TokenOf(ListPosition? last, ListOrder order) =>
        last is null ? "" : _pages.Seal(new(last, order), _list);

    private ListPosition PositionOf(string token) =>
        _pages.Open(token, _list)?.Position
        ?? throw ConversationErrors.Invalid("pageToken", "must be the nextPageToken of the same list and arguments.");
}
