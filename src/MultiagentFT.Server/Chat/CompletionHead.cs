namespace MultiagentFT.Server.Chat;

/// <summary>What every chunk of one answer to a client begins with.</summary>
/// <param name="Id">Such as <c>chatcmpl-...</c>.</param>
/// <param name="Created">Unix time, seconds.</param>
/// <param name="Model">As the client named it.</param>
/// <param name="Fingerprint">Changes with the weights that answer.</param>
internal sealed record CompletionHead(string Id, long Created, string Model, string Fingerprint);
