using Sessions.Engine;
using Sessions.Http;
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

/// <summary>A room on the wire. Source: https://docs.tenbyte.io/api-reference/rooms</summary>
public sealed record RoomResource(
    Guid Id,
    Guid HostId,
    UserResource Host,
    Guid LibraryId,
    string Title,
    string? Description,
    RoomAnalytics? Analytics,
    Guid? ActiveSessionId,
    WireMoment CreatedAt,
    WireMoment UpdatedAt)
{
    internal static RoomResource Of(State<Room> room, Caller caller, OwnIds own) => new(
        Id: Guid.ParseExact(room.Id, "D"),
        HostId: room.Body.Host.Id,
        Host: UserResource.Of(room.Body.Host, room.CreatedAt, caller, own),
        LibraryId: own.Library,
        Title: room.Body.Title,
        Description: room.Body.Description,
        Analytics: room.Body.Analytics,
        ActiveSessionId: room.Body.ActiveSessionId,
        CreatedAt: room.CreatedAt,
        UpdatedAt: room.UpdatedAt);

    // What is public leads nobody to the account whose it is.
    internal RoomResource To(Caller caller, AccountTags tags) => !caller.IsNobody() ? this : this with
    {
        HostId = tags.Hidden(HostId),
        LibraryId = tags.Hidden(LibraryId),
        Host = Host with
        {
            Id = tags.Hidden(Host.Id),
            ExternalUserId = tags.Hidden(Host.ExternalUserId),
            OrganizationId = tags.Hidden(Host.OrganizationId),
        },
    };
}

/// <summary>A user on the wire. The e-mail address is for callers of the account only.</summary>
public sealed record UserResource(
    Guid Id,
    Guid ExternalUserId,
    Guid OrganizationId,
    string? Email,
    string Username,
    string Role,
    bool IsActive,
    WireMoment CreatedAt)
{
    internal static UserResource Of(Host host, DateTimeOffset since, Caller caller, OwnIds own) => new(
        Id: host.Id,
        ExternalUserId: host.ExternalUserId,
        OrganizationId: own.Organization,
        Email: caller.IsNobody() ? null : host.Email,
        Username: host.Name,
        Role: People.Host,
        IsActive: true,
        CreatedAt: since);
}

/// <summary>The answer to a room's create.</summary>
public sealed record CreatedRoom(RoomResource Room);

/// <summary>A page of rooms.</summary>
public sealed record RoomList(IReadOnlyList<RoomResource> Rooms, long Total, int Page, int Limit);
