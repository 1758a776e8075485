using System.Text;
using System.Text.Json;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>
/// Where the next page of a query begins: behind an item, wherever that has got to meanwhile. Clients keep it as a text
/// that says nothing to them.
/// </summary>
/// <param name="Keys">What that item was ordered by.</param>
/// <param name="Number">Its own number, which breaks ties.</param>
/// <param name="Taken">How many rows there were so far, for TOP.</param>
internal sealed record Continuation(IReadOnlyList<SqlValue> Keys, long Number, int Taken)
{
    public static Continuation After(Item item, IReadOnlyList<OrderTerm> order, int taken) =>
        new([.. order.Select(term => item.At(term.Path.Steps))], item.Stamp.Number, taken);

    public static Continuation? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            var parts = JsonElement.Parse(Convert.FromBase64String(text));
            return new(
                [.. parts[0].EnumerateArray().Select(key => key.GetArrayLength() is 0 ? default : SqlValue.Of(key[0]))],
                parts[1].GetInt64(),
                parts[2].GetInt32());
        }
        catch (Exception failure) when (failure is FormatException or JsonException or InvalidOperationException)
        {
            throw new ServiceException(400, "The continuation is not one of this service.");
        }
    }

    /// <summary>How the place lies to an item: negative when the item comes after it.</summary>
    public int CompareTo(Item item, IReadOnlyList<OrderTerm> order)
    {
        for (var index = 0; index < order.Count; index++)
        {
            var way = SqlValue.Order(Keys[index], item.At(order[index].Path.Steps));
            if (way != 0)
            {
                return order[index].Descending ? -way : way;
            }
        }

        return Number.CompareTo(item.Stamp.Number);
    }

    public override string ToString()
    {
        // Undefined is no JSON, so each key is an array of one or none.
        var keys = Keys.Select(key => key.Type is SqlType.Undefined ? "[]" : $"[{key}]");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"[[{string.Join(',', keys)}],{Number},{Taken}]"));
    }
}
