using System.Text.Json.Serialization;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>What publishing answers with.</summary>
/// <param name="Acknowledgment">That it is stored, and as what.</param>
/// <param name="Message">The message as it was sent.</param>
public sealed record PublishedMessage(
    Acknowledgment Acknowledgment, [property: JsonConverter(typeof(RawJson))] string Message);

/// <summary>A message's place among everything that happens in its session.</summary>
/// <param name="Name">Its resource name.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="PublishTime">When it was published.</param>
public sealed record Acknowledgment(string Name, int Sequence, int Channel, DateTimeOffset PublishTime)
{
    internal static Acknowledgment Of(
        Stored<ConversationSession> session, int sequence, int channel, DateTimeOffset at) =>
        new($"sessions/{session.Document.Id}/events/{sequence}", sequence, channel, at);
}
