using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>What is stored of a preset beside its moments: how the sessions made with it are.</summary>
public sealed record Preset
{
    /// <summary>Who made it.</summary>
    public required Guid UserId { get; init; }

    /// <summary>1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>whip or rtmp: the mode of sessions that name none.</summary>
    public required string Type { get; init; }

    /// <summary>Such as #1A2B3C.</summary>
    public required string PrimaryColor { get; init; }

    /// <summary>How many viewers may be in at once.</summary>
    public int MaxJoinLimit { get; init; } = 100;

    /// <summary>An image's address, or null.</summary>
    public string? Logo { get; init; }

    /// <summary>Where a click on it leads, or null.</summary>
    public string? LogoDestinationUrl { get; init; }

    /// <summary>Which switches are on.</summary>
    [JsonConverter(typeof(SwitchesByName))]
    public required Switches Flags { get; init; }

    /// <summary>Whether a switch is on.</summary>
    internal bool Has(Switches one) => (Flags & one) != 0;
}

/// <summary>A preset as it was when a session was made with it: the session keeps to it.</summary>
/// <param name="Id">The preset's id.</param>
/// <param name="Preset">What it said.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record PresetCopy(Guid Id, Preset Preset, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>How presets are stored. All hosts of an account share them.</summary>
public sealed class PresetKind() : Kind<Preset>("live-stream/preset", () => LiveStreamStorageJson.Default.Preset)
{
    /// <summary>The preset as it is now, for a session to keep.</summary>
    internal static PresetCopy Copy(State<Preset> preset) => new(
        Guid.ParseExact(preset.Id, "D"), preset.Body, preset.CreatedAt, preset.UpdatedAt);
}

/// <summary>
/// The switches of a preset; on the wire and in the store each is a member of its own, named as here in snake case.
/// </summary>
[Flags]
public enum Switches
{
    /// <summary>None is on.</summary>
    None = 0,

    /// <summary>Whether there is a stage.</summary>
    StageEnabled = 1,

    /// <summary>Whether there is a chat.</summary>
    ChatEnabled = 1 << 1,

    /// <summary>Whether there are polls.</summary>
    PollEnabled = 1 << 2,

    /// <summary>Whether viewers see how many there are.</summary>
    ViewerCountVisible = 1 << 3,

    /// <summary>Whether the host may have co-hosts.</summary>
    HostAddCoHost = 1 << 4,

    /// <summary>Whether hosts may show themselves.</summary>
    HostCameraEnabled = 1 << 5,

    /// <summary>Whether hosts may share their screen.</summary>
    HostScreenShare = 1 << 6,

    /// <summary>Whether hosts may write in the chat.</summary>
    HostChatSendText = 1 << 7,

    /// <summary>Whether hosts may send files in the chat.</summary>
    HostChatSendFile = 1 << 8,

    /// <summary>Whether hosts see the chat.</summary>
    HostChatReceiveMessage = 1 << 9,

    /// <summary>Whether hosts may make polls.</summary>
    HostPollCreate = 1 << 10,

    /// <summary>Whether hosts may vote in polls.</summary>
    HostPollVote = 1 << 11,

    /// <summary>Whether hosts see polls.</summary>
    HostPollView = 1 << 12,

    /// <summary>Whether those on the stage may show themselves.</summary>
    OnstageCameraEnabled = 1 << 13,

    /// <summary>Whether those on the stage may share their screen.</summary>
    OnstageScreenShare = 1 << 14,

    /// <summary>Whether those on the stage see how many viewers there are.</summary>
    OnstageViewerView = 1 << 15,

    /// <summary>Whether the audience may ask for the stage.</summary>
    AudienceStageJoinRequest = 1 << 16,

    /// <summary>Whether the audience sees who is in.</summary>
    AudienceCanSeeParticipants = 1 << 17,

    /// <summary>Whether the audience may write in the chat.</summary>
    AudienceChatSendText = 1 << 18,

    /// <summary>Whether the audience may send files in the chat.</summary>
    AudienceChatSendFile = 1 << 19,

    /// <summary>Whether the audience sees the chat.</summary>
    AudienceChatReceiveMessage = 1 << 20,

    /// <summary>Whether the audience may make polls.</summary>
    AudiencePollCreate = 1 << 21,

    /// <summary>Whether the audience may vote in polls.</summary>
    AudiencePollVote = 1 << 22,

    /// <summary>Whether the audience sees polls.</summary>
    AudiencePollView = 1 << 23,

    /// <summary>Whether moderators put people on the stage and off it.</summary>
    ModeratorManageStage = 1 << 24,

    /// <summary>Whether moderators keep the chat.</summary>
    ModeratorManageChat = 1 << 25,

    /// <summary>Whether moderators keep the polls.</summary>
    ModeratorManagePoll = 1 << 26,

    /// <summary>Whether sessions are recorded from their start.</summary>
    RecordingEnabled = 1 << 27,

    /// <summary>Whether it is the account's preset for those who choose none.</summary>
    IsDefault = 1 << 28,
}

/// <summary>The switches by their names, in the order in which they are written.</summary>
internal static class SwitchNames
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<(Switches Switch, string Name)> All { get; } =
    [
        .. Enum.GetValues<Switches>().Where(one => one is not Switches.None).Select(one =>
            (one, JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()))),
    ];

    /// <summary>Which are on when a create names none.</summary>
    public static Switches Defaults { get; } =
        All.Aggregate(Switches.None, (all, one) => all | one.Switch)
        & ~(Switches.RecordingEnabled | Switches.IsDefault | Switches.AudienceChatSendFile
            | Switches.AudiencePollCreate);
}

/// <summary>Switches as an object of flags by their names; what it does not name is off.</summary>
internal sealed class SwitchesByName : JsonConverter<Switches>
{
    private static readonly JsonEncodedText[] _names =
        [.. SwitchNames.All.Select(one => JsonEncodedText.Encode(one.Name))];

    public override Switches Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var on = Switches.None;
        for (var next = 0; reader.Read() && reader.TokenType is JsonTokenType.PropertyName;)
        {
            var place = PlaceOf(ref reader, next);
            reader.Read();
            if (place is { } found)
            {
                on |= reader.TokenType is JsonTokenType.True ? SwitchNames.All[found].Switch : Switches.None;
                next = found + 1;
            }
            else
            {
                reader.Skip();
            }
        }

        return on;
    }

    public override void Write(Utf8JsonWriter writer, Switches value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        for (var i = 0; i < _names.Length; i++)
        {
            writer.WriteBoolean(_names[i], (value & SwitchNames.All[i].Switch) != 0);
        }

        writer.WriteEndObject();
    }

    // They were written in their order, so it is mostly the next one.
    private static int? PlaceOf(ref Utf8JsonReader reader, int next)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            var place = (next + i) % _names.Length;
            if (reader.ValueTextEquals(_names[place].EncodedUtf8Bytes))
            {
                return place;
            }
        }

        return null;
    }
}
