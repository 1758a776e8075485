using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NCrontab;
using Sessions.Configuration;
using Sessions.Http;

namespace Sessions.Hosting;

/// <summary>One function as its attributes declare it: served over HTTP or called by the clock.</summary>
public sealed record FunctionDeclaration
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionDeclaration(MethodInfo method, string name)
    {
        Method = method;
        Name = name;
        var first = method.GetParameters().FirstOrDefault();
        Http = first?.GetCustomAttribute<HttpTriggerAttribute>();
        Timer = first?.GetCustomAttribute<TimerTriggerAttribute>();
    }

    /// <summary>Those of Sessions.</summary>
    public static IReadOnlyList<FunctionDeclaration> Own { get; } = In(typeof(FunctionDeclaration).Assembly);

    /// <summary>The method, in a class that is made once.</summary>
    public MethodInfo Method { get; }

    /// <summary>The name, unique in the app.</summary>
    public string Name { get; }

    /// <summary>When it is served over HTTP: where.</summary>
    public HttpTriggerAttribute? Http { get; }

    /// <summary>The methods that it is served for, in the case of its attribute; empty for all.</summary>
    public IReadOnlyList<string> Methods => Http?.Methods ?? [];

    /// <summary>Where it is served: its route, else its name.</summary>
    public string Route => Http?.Route ?? Name;

    /// <summary>When it is called by the clock: how often.</summary>
    public TimerTriggerAttribute? Timer { get; }

    /// <summary>The functions of an assembly's public classes.</summary>
    /// <exception cref="InvalidOperationException">A function has a shape that no host of ours calls.</exception>
    public static IReadOnlyList<FunctionDeclaration> In(Assembly assembly)
    {
        var functions =
            from type in assembly.GetExportedTypes()
            where type.IsClass
            from method in type.GetMethods(Declared)
            where method.IsDefined(typeof(FunctionAttribute))
            select new FunctionDeclaration(method, method.GetCustomAttribute<FunctionAttribute>()!.Name).Checked();
        return [.. functions];
    }

    /// <summary>
    /// The function of the instance among the services, ready to call for a request, and observed. Whatever it answers,
    /// the page that asked may see it.
    /// </summary>
    public Func<HttpRequest, Task<IResult>> HttpCall(IServiceProvider services)
    {
        var function = Made<Func<HttpRequest, Task<IResult>>>(services);
        var cors = services.GetRequiredService<Cors>();
        return services.GetRequiredService<RequestObserver>().Observed(Name, Route, request =>
        {
            cors.Tell(request.HttpContext);
            return function.Value(request);
        });
    }

    /// <summary>The function of the instance among the services, ready to call by the clock.</summary>
    public Func<TimerInfo, CancellationToken, Task> TimerCall(IServiceProvider services)
    {
        var function = Made<Func<TimerInfo, CancellationToken, Task>>(services);
        return (timer, cancellation) => function.Value(timer, cancellation);
    }

    // At the first call: a start would wait for all that every function needs.
    private Lazy<TDelegate> Made<TDelegate>(IServiceProvider services)
        where TDelegate : Delegate =>
        new(() => Method.CreateDelegate<TDelegate>(services.GetRequiredService(Method.DeclaringType!)));

    private FunctionDeclaration Checked()
    {
        var fits = !Method.IsStatic && (Http, Timer) switch
        {
            ({ }, null) => IsShaped(typeof(Task<IResult>), typeof(HttpRequest)),
            (null, { }) => IsShaped(typeof(Task), typeof(TimerInfo), typeof(CancellationToken)),
            _ => false,
        };
        return fits ? this : throw new InvalidOperationException(
            $"The function {Name} ({Method.DeclaringType}.{Method.Name}) is of no shape that is called here. "
            + "It must be an instance method, Task<IResult> X([HttpTrigger] HttpRequest) "
            + "or Task X([TimerTrigger] TimerInfo, CancellationToken).");
    }

    private bool IsShaped(Type returns, params Type[] takes) =>
        Method.ReturnType == returns && Method.GetParameters().Select(p => p.ParameterType).SequenceEqual(takes);
}

/// <summary>When the timer functions are called. Their attributes name a setting, as <c>%ExpirySchedule%</c>.</summary>
internal static class TimerSchedules
{
    private const string Expected = "hold six NCrontab fields, seconds first, such as \"0 * * * * *\" for every minute";

    /// <summary>The schedule, by its setting or by the name that the setting had before.</summary>
    /// <exception cref="SettingsException">It is not set, or is none.</exception>
    public static CrontabSchedule Read(FunctionDeclaration timer, IConfiguration configuration)
    {
        var key = KeyOf(timer);
        var before = $"{key[..^"Schedule".Length]}:Schedule";
        return Parse(configuration[key] is null && configuration[before] is not null ? before : key, configuration);
    }

    /// <summary>
    /// Refuses a schedule that a Functions host could not use, and would tell in a line of its log: it serves all the
    /// rest without that timer. It looks nowhere but in the setting itself.
    /// </summary>
    /// <exception cref="SettingsException">One is not set, or is none.</exception>
    public static void Check(IEnumerable<FunctionDeclaration> functions, IConfiguration configuration)
    {
        foreach (var timer in functions.Where(function => function.Timer is not null))
        {
            Parse(KeyOf(timer), configuration);
        }
    }

    private static CrontabSchedule Parse(string key, IConfiguration configuration)
    {
        var expression = configuration[key] ?? throw SettingsException.Missing(key, Expected);
        return CrontabSchedule.TryParse(expression, new() { IncludingSeconds = true })
            ?? throw SettingsException.For(key, expression, Expected);
    }

    private static string KeyOf(FunctionDeclaration timer) => timer.Timer!.Schedule.Trim('%');
}
