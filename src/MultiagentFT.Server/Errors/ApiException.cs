namespace MultiagentFT.Server.Errors;

/// <summary>A request that is answered by an error, in the format of OpenAI's API.</summary>
/// <param name="status">HTTP status, 4xx or 5xx.</param>
/// <param name="code">For programs, such as <c>unknown_parameter</c>.</param>
/// <param name="param">The field at fault; null when it is not a field.</param>
/// <param name="message">For people: what was expected and found.</param>
internal sealed class ApiException(int status, string code, string? param, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status => status;

    public string Code => code;

    public string? Param => param;

    /// <summary>Seconds after which another try may succeed.</summary>
    public int? RetryAfter { get; init; }

    public string Type => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>A field has a value that it may not have.</summary>
    public static ApiException Invalid(string? param, string message) => new(400, "invalid_value", param, message);

    /// <summary>A field asks for what cannot be done; it is never ignored.</summary>
    public static ApiException Unsupported(string param, string message) => new(400, "unsupported_parameter", param, message);

    public static ApiException NotFound(string code, string? param, string message) => new(404, code, param, message);
}
