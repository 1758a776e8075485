using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>The fields of a room's create and update.</summary>
internal static class RoomFields
{
    private const int MaxDescription = 5000;

    /// <summary>The room that a create asks for.</summary>
    public static Room Create(Fields given, Caller caller)
    {
        var room = new Room { Host = HostOf(caller), Title = given.RequiredText("title", 3, 255) };
        return Apply(room, given);
    }

    /// <summary>The room with what an update names; null takes the description or the analytics away.</summary>
    public static Room Update(Room room, Fields given)
    {
        var title = given.Has("title") ? given.RequiredText("title", 3, 255) : room.Title;
        return Apply(room with { Title = title }, given);
    }

    private static Room Apply(Room room, Fields given)
    {
        var changed = room with
        {
            Description = given.Has("description") ? given.Text("description", 0, MaxDescription) : room.Description,
            Analytics = given.Has("analytics") ? Analytics(given.Object("analytics")) : room.Analytics,
        };
        given.Check();
        return changed;
    }

    private static RoomAnalytics? Analytics(Fields? given) => given is null
        ? null
        : new(given.Object("google_tag_manager") is { } manager
            ? new(manager.Text("container_id", 0, 64), manager.Flag("enabled"))
            : null);

    private static Host HostOf(Caller caller) => new(
        caller.Id(),
        Guid.TryParseExact(caller.Subject, "D", out var subject) ? subject : caller.Id(),
        caller.Name ?? caller.Subject,
        caller.Email);
}
