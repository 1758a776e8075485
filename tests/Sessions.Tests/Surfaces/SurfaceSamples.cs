namespace Sessions.Tests.Surfaces;

/// <summary>The surfaces that the proofs know. <see cref="SurfaceSampleTests"/> fails when one is missing.</summary>
internal static class SurfaceSamples
{
    public static IReadOnlyDictionary<string, ISurfaceSample> All { get; } = new ISurfaceSample[]
    {
        new TwilioProxySample(),
        new BandwidthWebRtcSample(),
        new CamaraWebRtcSample(),
        new ConversationSample(),
        new LiveStreamSample(),
        new OperatorSample(),
    }.ToDictionary(sample => sample.Surface);

    public static ISurfaceSample Of(HttpFunction function) => All[function.Surface];
}
