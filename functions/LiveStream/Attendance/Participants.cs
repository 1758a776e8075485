using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>Who enters a session's LiveKit room, under which name, and what each may do there.</summary>
internal static class Participants
{
    public const string Monitor = "monitor";
    private const string Ingress = "ingress";

    // What identities begin with, by role. LiveKit tells who it is by the identity, and nobody can choose his own.
    private static readonly Dictionary<string, string> _prefixes = new()
    {
        [People.Host] = "host_",
        [People.CoHost] = "cohost_",
        [People.Moderator] = "moderator_",
        [People.Speaker] = "speaker_",
        [People.Viewer] = "viewer_",
        [Monitor] = "monitor_",
        [Ingress] = "ingress_",
    };

    /// <summary>The identity under which an ingress brings in what the host sends.</summary>
    public static string IngressIdentity(string room) => _prefixes[Ingress] + room;

    /// <summary>A caller's identity: one a user and role, so that a second device puts the first one out.</summary>
    public static string IdentityOf(Caller caller, string role) => _prefixes[role] + caller.Id().Text();

    /// <summary>The role that an identity has; null when it is none of ours.</summary>
    public static string? RoleOf(string identity) => _prefixes
        .Where(prefix => identity.StartsWith(prefix.Value, StringComparison.Ordinal))
        .Select(prefix => prefix.Key)
        .FirstOrDefault();

    /// <summary>Whether a participant whom LiveKit tells of counts as a viewer.</summary>
    public static bool IsViewer(string identity) => RoleOf(identity) is null or People.Viewer;

    /// <summary>
    /// What a caller is in a session: its host; else what the token's role says, if the session's preset has such a
    /// thing; else a viewer. Another host of the account is a co-host.
    /// </summary>
    public static string RoleIn(this Caller caller, LiveSession session)
    {
        var preset = session.Preset.Preset;
        return caller.Owns(session.HostId) ? People.Host
            : caller.IsIn(People.Moderator) ? People.Moderator
            : caller.IsIn(People.Speaker) ? session.EffectiveStage ? People.Speaker : People.Viewer
            : (caller.IsIn(People.CoHost) || caller.RoleName() == People.Host) && preset.Has(Switches.HostAddCoHost)
                ? People.CoHost
            : People.Viewer;
    }

    /// <summary>A caller as LiveKit knows them.</summary>
    public static Participant Of(Caller caller, string role, LiveSession session) => new(
        IdentityOf(caller, role), caller.Name ?? caller.Subject, MetadataOf(role, session));

    /// <summary>What a role may do in a session's room.</summary>
    public static VideoGrant GrantOf(string role, string room, LiveSession session)
    {
        var preset = session.Preset.Preset;
        var chats = session.EffectiveChat && preset.Has(Switches.AudienceChatSendText);
        var watches = new VideoGrant
        {
            Room = room, CanSubscribe = true, CanPublish = false, CanPublishData = chats, CanUpdateOwnMetadata = false,
        };
        return role switch
        {
            // Hosts do what their preset lets them; the microphone is always theirs.
            People.Host or People.CoHost => watches with
            {
                RoomAdmin = role == People.Host ? true : null,
                CanPublish = true,
                CanPublishData = true,
                CanUpdateOwnMetadata = role == People.Host,
                CanPublishSources = Sources(
                    preset.Has(Switches.HostCameraEnabled), preset.Has(Switches.HostScreenShare)),
            },

            // LiveKit's own admin calls are what puts people on the stage and off it.
            People.Moderator => watches with
            {
                RoomAdmin = preset.Has(Switches.ModeratorManageStage) ? true : null,
                CanPublishData = chats || preset.Has(Switches.ModeratorManageChat),
            },
            People.Speaker => watches with
            {
                CanPublish = true,
                CanPublishSources = Sources(
                    preset.Has(Switches.OnstageCameraEnabled), preset.Has(Switches.OnstageScreenShare)),
            },
            Monitor => watches with { CanPublishData = false, CanUpdateOwnMetadata = null, Hidden = true },
            _ => watches,
        };
    }

    /// <summary>
    /// What somebody who is in should be let do by now, and should look like; null for who is none of ours. Whom the
    /// host has put on the stage stays there as long as there is one.
    /// </summary>
    public static Admission? AdmissionOf(ParticipantSeen inside, LiveSession session)
    {
        if (!inside.IsPerson || RoleOf(inside.Identity) is not { } role)
        {
            return null;
        }

        var shown = role;
        if (role is People.Viewer or People.Speaker)
        {
            role = session.EffectiveStage && inside.Admission.Rights.CanPublish ? People.Speaker : People.Viewer;
        }

        var grant = GrantOf(role, "", session);
        return new(
            new(
                grant.CanSubscribe is true,
                grant.CanPublish is true,
                grant.CanPublishData is true,
                [.. (grant.CanPublishSources ?? []).Select(source => source.ToUpperInvariant())],
                Hidden: false,
                grant.CanUpdateOwnMetadata is true),
            MetadataOf(shown, session));
    }

    private static string MetadataOf(string role, LiveSession session) => JsonSerializer.Serialize(
        new(
            role,
            role == People.Viewer && session.EffectiveStage
                && session.Preset.Preset.Has(Switches.AudienceStageJoinRequest),
            session.EffectiveChat,
            session.EffectiveStage,
            session.EffectiveLimit),
        LiveStreamJson.Default.ParticipantMetadata);

    private static string[] Sources(bool camera, bool screen) =>
    [
        "microphone",
        .. camera ? ["camera"] : Array.Empty<string>(),
        .. screen ? ["screen_share", "screen_share_audio"] : Array.Empty<string>(),
    ];
}

/// <summary>What a participant's LiveKit metadata tells the others.</summary>
/// <param name="Role">host, co_host, moderator, speaker, viewer or monitor.</param>
/// <param name="StageRequests">Whether they may ask for the stage.</param>
/// <param name="Chat">Whether there is a chat.</param>
/// <param name="Stage">Whether there is a stage.</param>
/// <param name="MaxJoinLimit">How many viewers may be in at once.</param>
internal sealed record ParticipantMetadata(string Role, bool StageRequests, bool Chat, bool Stage, int MaxJoinLimit);

/// <summary>
/// Carries changed settings to those who are in already: their tokens say what they could do when they came. What
/// LiveKit does not take now is the timer's to try again: the session carries a note.
/// </summary>
public sealed partial class Admissions(Changes changes, ILiveKit liveKit, TimeProvider time, ILogger<Admissions> log)
{
    private const int AtOnce = 8;

    /// <summary>Tells those who are in, if there is something to tell; gives the session as it is then.</summary>
    internal async ValueTask<State<LiveSession>> Tell(State<LiveSession> session, LiveKitPatience patience)
    {
        // Once more when the settings changed again meanwhile: of two who tell, the later must have the last word.
        for (var round = 0; round < 2 && session.IsLive() && session.Body.Untold is { } since; round++)
        {
            try
            {
                await patience.Within(ends => Tell(session, ends));
            }
            catch (LiveKitException failure)
            {
                LogFailure(session.Id, failure.Code);
                return session;
            }

            session = await Told(session, since);
        }

        return session;
    }

    private async ValueTask Tell(State<LiveSession> session, CancellationToken cancellation)
    {
        var inside = await liveKit.Participants(session.Id, cancellation);
        var atOnce = SideBySide.Options(AtOnce, cancellation);
        await Parallel.ForEachAsync(inside, atOnce, async (participant, ends) =>
        {
            if (Participants.AdmissionOf(participant, session.Body) is { } admission
                && admission != participant.Admission)
            {
                await liveKit.Admit(session.Id, participant.Identity, admission, ends);
            }
        });
    }

    private async ValueTask<State<LiveSession>> Told(State<LiveSession> session, DateTimeOffset since)
    {
        var place = session.Kind.At(session.Partition, session.Id);
        return await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) =>
            found is null ? Decision.Keep(session)
            : found.Body.Untold == since
                ? Decision.To(found with { Body = found.Body with { Untold = null } })
            : Decision.Keep(found));
    }

    [LoggerMessage(41, LogLevel.Warning, "LiveKit did not take the settings of {Room}, which is tried again: {Code}")]
    private partial void LogFailure(string room, string code);
}
