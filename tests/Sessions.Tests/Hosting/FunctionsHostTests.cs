using Sessions.Hosting;

namespace Sessions.Tests.Hosting;

public sealed class FunctionsHostTests
{
    [Theory]
    [InlineData(true, "--host", "127.0.0.1", "--port", "5000", "--workerId", "w")]
    [InlineData(true, "--functions-uri", "http://127.0.0.1:5000")]
    [InlineData(true, "--functions-worker-id=w")]
    [InlineData(false)]
    [InlineData(false, "--urls", "http://127.0.0.1:7071")]
    [InlineData(false, "--hosting:selfhosted", "true")]
    public void A_Functions_host_is_known_by_its_arguments(bool started, params string[] args) =>
        Assert.Equal(started, FunctionsHost.Started(args));

    [Fact]
    public void A_Functions_host_that_loads_the_program_itself_is_known_by_its_mark()
    {
        AppContext.SetData("AZURE_FUNCTIONS_NATIVE_HOST", "1");
        try
        {
            Assert.True(FunctionsHost.Started([]));
        }
        finally
        {
            AppContext.SetData("AZURE_FUNCTIONS_NATIVE_HOST", null);
        }
    }
}
