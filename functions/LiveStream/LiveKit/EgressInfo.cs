namespace Sessions.LiveStream;

/// <summary>Reads LiveKit's EgressInfo, from answers and from webhooks.</summary>
internal static class EgressInfo
{
    /// <summary>The egress. While it runs its live playlist counts, afterwards the whole one.</summary>
    public static Egress Read(ProtoMessage info)
    {
        var status = info.Text("status") is { Length: > 0 } named ? named : "EGRESS_STARTING";
        var egress = new Egress(info.Text("egress_id"), status, null);
        var playlists = info.Messages("segment_results").FirstOrDefault();
        var (live, whole) = (playlists.Text("live_playlist_location"), playlists.Text("playlist_location"));
        string[] byRank = egress.IsOver ? [whole, live] : [live, whole];
        return egress with { HlsUrl = Array.Find(byRank, url => url.Length > 0) };
    }
}
