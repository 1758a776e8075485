using System.Text;
using System.Text.Json;

namespace Sessions.Conversation;

/// <summary>A message to publish.</summary>
/// <param name="User">Who publishes it.</param>
/// <param name="Channel">The channel that it names; null for the session's first.</param>
/// <param name="Json">The message itself.</param>
internal sealed record NewMessage(string User, int? Channel, string Json)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>About how many bytes it takes in the store.</summary>
    public int Size => 512 + (2 * Encoding.UTF8.GetByteCount(Json));

    /// <exception cref="Http.RefusedException">The message is missing, too large or no text.</exception>
    public static NewMessage Read(UserRequest request)
    {
        if (request.Message.Raw("message") is not { } raw)
        {
            throw ConversationErrors.Invalid("message", "is required.");
        }

        if (!ProtoMessage.IsText(raw))
        {
            throw ConversationErrors.Invalid("message", "has half a surrogate pair, which many readers refuse.");
        }

        return raw.Length <= MaxBytes
            ? new(request.User, request.Message.Number("channel") ?? ChannelIn(raw), ProtoMessage.OneLine(raw))
            : throw ConversationErrors.Invalid("message", $"has {raw.Length} bytes. Send at most {MaxBytes}.");
    }

    // Clients write the channel into the message too, which is otherwise none of our business.
    private static int? ChannelIn(ReadOnlyMemory<byte> message)
    {
        using var parsed = JsonDocument.Parse(message);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty("channel", out var channel)
            && channel.ValueKind == JsonValueKind.Number && channel.TryGetInt32(out var number) && number != 0
                ? number
                : null;
    }
}
