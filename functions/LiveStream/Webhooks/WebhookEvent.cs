namespace Sessions.LiveStream;

/// <summary>
/// What LiveKit tells. Source: https://docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events
/// </summary>
/// <param name="Name">Such as participant_joined.</param>
/// <param name="At">When, in Unix seconds.</param>
/// <param name="Room">The name of the room that it is about; empty for none.</param>
/// <param name="Message">All of it.</param>
internal sealed record WebhookEvent(string Name, long At, string Room, ProtoMessage Message)
{
    public static WebhookEvent Read(ProtoMessage message)
    {
        string[] rooms =
        [
            message.Message("room").Text("name"),
            message.Message("egress_info").Text("room_name"),
            message.Message("ingress_info").Text("room_name"),
        ];
        return new(
            message.Text("event"),
            message.Number("created_at"),
            Array.Find(rooms, room => room.Length > 0) ?? "",
            message);
    }
}
