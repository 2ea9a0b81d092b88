using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Server.Admission;
using MultiagentFT.Server.Models;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Chat;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal sealed class ChatEndpoint(
    ServedSociety society, ModelCatalog catalog, AdmissionGate gate, ServerTelemetry telemetry, ServerOptions options, TimeProvider time)
{
    private readonly AgentCompletion _agents = new(society, options, time);

    public async Task CompleteAsync(HttpContext context)
    {
        using var body = await ApiJson.ReadAsync(context, options.MaxBodyBytes).ConfigureAwait(false);
        var request = ChatRequest.Read(body.RootElement, options.MaxChoices);
        using var lease = catalog.Acquire(request.Model);
        var model = lease.Model;
        using var pass = gate.Enter(model.Society?.Options.Debate.Agents ?? request.Choices);
        using var measured = telemetry.Begin(model.Name, request.Streams);
        var head = new CompletionHead($"chatcmpl-{options.NextId():N}", time.GetUtcNow().ToUnixTimeSeconds(), model.Name, Fingerprint(model));
        var debate = model.Society is { } debaters ? new SocietyCompletion(debaters, options) : null;
        measured.Usage = (debate, request.Streams) switch
        {
            (not null, true) => await debate.StreamAsync(context, head, request).ConfigureAwait(false),
            (not null, false) => await debate.AnswerAsync(context, head, request).ConfigureAwait(false),
            (null, true) => await _agents.StreamAsync(context, head, model, request).ConfigureAwait(false),
            (null, false) => await _agents.AnswerAsync(context, head, model, request).ConfigureAwait(false),
        };
    }

    /// <summary>Of the base model and the weights that answer, as this server has loaded them.</summary>
    private string Fingerprint(NamedModel model)
    {
        var served = society.Engine.Model;
        var weights = model.Society is { } debaters ? string.Join(',', debaters.Speakers.Adapters) : $"{model.Adapter}";
        var text = $"{served.Name}\n{served.Architecture}\n{served.Parameters}\n{served.WeightBytes}\n{weights}\n{model.Created}";
        return "fp_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];
    }
}
