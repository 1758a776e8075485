using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.StandIn.Queries;

/// <summary>What a query selects of an item, in JSON.</summary>
internal static class Rows
{
    private static readonly JsonWriterOptions _plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The row of an item.</summary>
    public static ReadOnlyMemory<byte> Of(SqlQuery query, Item item) => query switch
    {
        { Value: { } value } => Written(writer => Evaluator.Write(writer, value, item)),
        { Columns: [] } => item.Json,
        _ => Written(writer =>
        {
            writer.WriteStartObject();
            foreach (var column in query.Columns)
            {
                Evaluator.Write(writer, column.Value, item, column.Name);
            }

            writer.WriteEndObject();
        }),
    };

    /// <summary>The row of an aggregate.</summary>
    public static ReadOnlyMemory<byte> OfCount(SqlQuery query, long count) =>
        Written(writer => Evaluator.Write(writer, WithCount(query.Value!, count), Nothing));

    /// <summary>An item that has nothing.</summary>
    public static Item Nothing { get; } = Item.Of(ItemBody.Of(JsonElement.Parse("{}")), new("", 0, "", 0));

    private static Expression WithCount(Expression expression, long count) => expression switch
    {
        Expression.Call { Function: "COUNT" } => new Expression.Literal(SqlValue.Of(count)),
        Expression.ArrayOf(var items) => new Expression.ArrayOf([.. items.Select(item => WithCount(item, count))]),
        Expression.ObjectOf(var properties) => new Expression.ObjectOf(
            [.. properties.Select(property => (property.Name, WithCount(property.Value, count)))]),
        _ => expression,
    };

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _plain))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }
}
