using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.LiveStream;

namespace Sessions.Tests.LiveStream;

/// <summary>Where HLS and recordings go is checked before anything starts.</summary>
public sealed class EgressSettingsTests
{
    private const string Base = "LiveKit:HlsBaseUrl=https://cdn.example.com/live";
    private const string Bucket = "LiveKit:S3:Bucket=b";
    private const string Container = "LiveKit:Azure:ContainerName=c";

    [Theory]
    [InlineData("LiveKit__HlsBaseUrl is not set", Bucket, "LiveKit:S3:AccessKey=k", "LiveKit:S3:Secret=s")]
    [InlineData("LiveKit__HlsBaseUrl holds \"cdn\"", "LiveKit:HlsBaseUrl=cdn")]
    [InlineData("LiveKit__S3__AccessKey is not set", Base, Bucket)]
    [InlineData("LiveKit__S3__Secret is not set", Base, Bucket, "LiveKit:S3:AccessKey=k")]
    [InlineData("LiveKit__S3__Endpoint holds \"minio\"", Base, Bucket, "LiveKit:S3:AccessKey=k", "LiveKit:S3:Secret=s",
        "LiveKit:S3:Endpoint=minio")]
    [InlineData("LiveKit__Azure__AccountName is not set", Base, Container)]
    [InlineData("LiveKit__Azure__AccountKey is not set", Base, Container, "LiveKit:Azure:AccountName=a")]
    [InlineData("not be set beside LiveKit__Azure", Base, Bucket, "LiveKit:S3:AccessKey=k", "LiveKit:S3:Secret=s",
        Container, "LiveKit:Azure:AccountName=a", "LiveKit:Azure:AccountKey=k")]
    public void What_is_wrong_is_named(string message, params string[] settings)
    {
        var failure = Assert.Throws<SettingsException>(() => Read(settings));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://cdn.example.com/live")]
    [InlineData("https://cdn.example.com/live/")]
    public void A_file_is_found_behind_the_address(string address) => Assert.Equal(
        "https://cdn.example.com/live/a/b/index.m3u8",
        Read([$"LiveKit:HlsBaseUrl={address}"]).UrlOf("a/b/index.m3u8"));

    [Fact]
    public void No_secret_is_in_what_a_log_would_show()
    {
        var settings = Read([Base, Bucket, "LiveKit:S3:AccessKey=key", "LiveKit:S3:Secret=secret"]);

        var shown = $"{settings} {settings.Storage} {settings.Storage!.S3}";
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
    }

    private static EgressSettings Read(string[] settings) =>
        EgressSettings.From(new ConfigurationBuilder().AddCommandLine(settings).Build());
}
