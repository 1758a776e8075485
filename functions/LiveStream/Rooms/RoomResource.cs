using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.LiveStream;

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
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static RoomResource Of(Stored<Room> room, Caller caller) => new(
        Id: Guid.ParseExact(room.Document.Id, "D"),
        HostId: room.Body.Host.Id,
        Host: UserResource.Of(room.Body.Host, room.Document.Lifetime.CreatedAt, caller),
        LibraryId: Ids.Of(caller.Account, "library"),
        Title: room.Body.Title,
        Description: room.Body.Description,
        Analytics: room.Body.Analytics,
        ActiveSessionId: room.Body.ActiveSessionId,
        CreatedAt: room.Document.Lifetime.CreatedAt,
        UpdatedAt: room.Document.Lifetime.UpdatedAt);
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
    DateTimeOffset CreatedAt)
{
    internal static UserResource Of(Host host, DateTimeOffset since, Caller caller) => new(
        Id: host.Id,
        ExternalUserId: host.ExternalUserId,
        OrganizationId: Ids.Of(caller.Account, "organization"),
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
