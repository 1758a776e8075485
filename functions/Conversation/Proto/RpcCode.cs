namespace Sessions.Conversation;

/// <summary>The canonical codes of google.rpc.Code that the surface answers with.</summary>
public enum RpcCode
{
    /// <summary>HTTP 200. No refusal carries it.</summary>
    Ok = 0,

    /// <summary>HTTP 400.</summary>
    InvalidArgument = 3,

    /// <summary>HTTP 404.</summary>
    NotFound = 5,

    /// <summary>HTTP 409.</summary>
    AlreadyExists = 6,

    /// <summary>HTTP 403.</summary>
    PermissionDenied = 7,

    /// <summary>HTTP 429.</summary>
    ResourceExhausted = 8,

    /// <summary>HTTP 400.</summary>
    FailedPrecondition = 9,

    /// <summary>HTTP 409.</summary>
    Aborted = 10,

    /// <summary>HTTP 405: the path exists, with other verbs.</summary>
    Unimplemented = 12,

    /// <summary>HTTP 500.</summary>
    Internal = 13,

    /// <summary>HTTP 503.</summary>
    Unavailable = 14,

    /// <summary>HTTP 401.</summary>
    Unauthenticated = 16,
}
