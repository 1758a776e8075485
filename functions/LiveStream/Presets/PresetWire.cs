using System.Text.RegularExpressions;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>The fields of a preset's create and update, in the specification's ranges.</summary>
internal static partial class PresetFields
{
    private const int MaxAddress = 2048;

    /// <summary>The specification lets a create say up to 100 places, and an update only up to 5.</summary>
    private const int MaxOnCreate = 100;
    private const int MaxOnUpdate = 5;

    /// <summary>The preset that a create asks for.</summary>
    public static Preset Create(Fields given, Caller caller)
    {
        var preset = new Preset
        {
            UserId = caller.Id(), Name = "", Type = "", PrimaryColor = "", Flags = SwitchNames.Defaults,
        };
        return Apply(preset, given, _ => true, MaxOnCreate);
    }

    /// <summary>The preset with what an update names.</summary>
    public static Preset Update(Preset preset, Fields given) => Apply(preset, given, given.Has, MaxOnUpdate);

    private static Preset Apply(Preset preset, Fields given, Func<string, bool> asks, int maxJoinLimit)
    {
        var changed = preset with
        {
            Name = asks("name") ? given.RequiredText("name", 1, 255) : preset.Name,
            Type = asks("type") ? given.Required("type", given.Word("type", "whip", "rtmp")) ?? "" : preset.Type,
            PrimaryColor = asks("primary_color") ? Colour(given) ?? "" : preset.PrimaryColor,
            MaxJoinLimit = given.Whole("max_join_limit", 1, maxJoinLimit) ?? preset.MaxJoinLimit,
            Logo = given.Has("logo") ? given.Text("logo", 0, MaxAddress) : preset.Logo,
            LogoDestinationUrl = given.Has("logo_destination_url")
                ? given.Text("logo_destination_url", 0, MaxAddress)
                : preset.LogoDestinationUrl,
            Flags = SwitchNames.All.Aggregate(preset.Flags, (on, one) => given.Flag(one.Name) switch
            {
                true => on | one.Switch,
                false => on & ~one.Switch,
                null => on,
            }),
        };
        given.Check();
        return changed;
    }

    private static string? Colour(Fields given) =>
        given.Required("primary_color", given.Text("primary_color", ColourForm(), "#1A2B3C"));

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex ColourForm();
}

/// <summary>A preset on the wire. Source: the schema PresetResponse of TenByte's specification.</summary>
public sealed record PresetResource(
    Guid Id,
    Guid UserId,
    Guid LibraryId,
    string Name,
    string Type,
    int MaxJoinLimit,
    string PrimaryColor,
    string? Logo,
    string? LogoDestinationUrl,
    WireMoment CreatedAt,
    WireMoment UpdatedAt,
    bool StageEnabled,
    bool ChatEnabled,
    bool PollEnabled,
    bool ViewerCountVisible,
    bool HostAddCoHost,
    bool HostCameraEnabled,
    bool HostScreenShare,
    bool HostChatSendText,
    bool HostChatSendFile,
    bool HostChatReceiveMessage,
    bool HostPollCreate,
    bool HostPollVote,
    bool HostPollView,
    bool OnstageCameraEnabled,
    bool OnstageScreenShare,
    bool OnstageViewerView,
    bool AudienceStageJoinRequest,
    bool AudienceCanSeeParticipants,
    bool AudienceChatSendText,
    bool AudienceChatSendFile,
    bool AudienceChatReceiveMessage,
    bool AudiencePollCreate,
    bool AudiencePollVote,
    bool AudiencePollView,
    bool ModeratorManageStage,
    bool ModeratorManageChat,
    bool ModeratorManagePoll,
    bool RecordingEnabled,
    bool IsDefault)
{
    internal static PresetResource Of(PresetCopy copy, OwnIds own) => new(
        Id: copy.Id,
        UserId: copy.Preset.UserId,
        LibraryId: own.Library,
        Name: copy.Preset.Name,
        Type: copy.Preset.Type,
        MaxJoinLimit: copy.Preset.MaxJoinLimit,
        PrimaryColor: copy.Preset.PrimaryColor,
        Logo: copy.Preset.Logo,
        LogoDestinationUrl: copy.Preset.LogoDestinationUrl,
        CreatedAt: copy.CreatedAt,
        UpdatedAt: copy.UpdatedAt,
        StageEnabled: copy.Preset.Has(Switches.StageEnabled),
        ChatEnabled: copy.Preset.Has(Switches.ChatEnabled),
        PollEnabled: copy.Preset.Has(Switches.PollEnabled),
        ViewerCountVisible: copy.Preset.Has(Switches.ViewerCountVisible),
        HostAddCoHost: copy.Preset.Has(Switches.HostAddCoHost),
        HostCameraEnabled: copy.Preset.Has(Switches.HostCameraEnabled),
        HostScreenShare: copy.Preset.Has(Switches.HostScreenShare),
        HostChatSendText: copy.Preset.Has(Switches.HostChatSendText),
        HostChatSendFile: copy.Preset.Has(Switches.HostChatSendFile),
        HostChatReceiveMessage: copy.Preset.Has(Switches.HostChatReceiveMessage),
        HostPollCreate: copy.Preset.Has(Switches.HostPollCreate),
        HostPollVote: copy.Preset.Has(Switches.HostPollVote),
        HostPollView: copy.Preset.Has(Switches.HostPollView),
        OnstageCameraEnabled: copy.Preset.Has(Switches.OnstageCameraEnabled),
        OnstageScreenShare: copy.Preset.Has(Switches.OnstageScreenShare),
        OnstageViewerView: copy.Preset.Has(Switches.OnstageViewerView),
        AudienceStageJoinRequest: copy.Preset.Has(Switches.AudienceStageJoinRequest),
        AudienceCanSeeParticipants: copy.Preset.Has(Switches.AudienceCanSeeParticipants),
        AudienceChatSendText: copy.Preset.Has(Switches.AudienceChatSendText),
        AudienceChatSendFile: copy.Preset.Has(Switches.AudienceChatSendFile),
        AudienceChatReceiveMessage: copy.Preset.Has(Switches.AudienceChatReceiveMessage),
        AudiencePollCreate: copy.Preset.Has(Switches.AudiencePollCreate),
        AudiencePollVote: copy.Preset.Has(Switches.AudiencePollVote),
        AudiencePollView: copy.Preset.Has(Switches.AudiencePollView),
        ModeratorManageStage: copy.Preset.Has(Switches.ModeratorManageStage),
        ModeratorManageChat: copy.Preset.Has(Switches.ModeratorManageChat),
        ModeratorManagePoll: copy.Preset.Has(Switches.ModeratorManagePoll),
        RecordingEnabled: copy.Preset.Has(Switches.RecordingEnabled),
        IsDefault: copy.Preset.Has(Switches.IsDefault));
}

/// <summary>A page of presets.</summary>
public sealed record PresetList(IReadOnlyList<PresetResource> Presets, long Total, int Page, int Limit);
