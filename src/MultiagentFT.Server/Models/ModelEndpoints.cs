using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.FineTuning;

namespace MultiagentFT.Server.Models;

/// <summary><c>/v1/models</c>, and <c>/v1/adapters</c>, by which adapters of one folder are loaded and replaced.</summary>
internal sealed class ModelEndpoints(ModelCatalog catalog, ServerOptions options, JobStore? jobs = null)
{
    public Task ListAsync(HttpContext context) => ApiJson.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in catalog.All) Write(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public Task GetAsync(HttpContext context)
    {
        using var lease = catalog.Acquire(NameOf(context));
        return ApiJson.WriteAsync(context, json => Write(json, lease.Model));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var model = await catalog.RemoveAsync(NameOf(context)).ConfigureAwait(false);
        if (model.Kind == ModelKind.Finetuned) jobs?.MarkDeleted(model.Name);
        await ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", model.Name);
            json.WriteString("object", "model");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    /// <summary><c>{"name", "file"}</c>: loads an adapter of the folder, in place of one that has the name.</summary>
    public async Task LoadAsync(HttpContext context)
    {
        if (options.AdapterFolder is null)
            throw new ApiException(403, "adapters_are_fixed", null, "this server was started without a folder whose adapters may be loaded");
        using var body = await ApiJson.ReadAsync(context, options.MaxBodyBytes).ConfigureAwait(false);
        var fields = new RequestFields(body.RootElement);
        var (name, file) = (fields.RequiredText("name"), fields.RequiredText("file"));
        fields.RefuseOthers();
        var path = PathOf(options.AdapterFolder, file);
        if (options.CheckAdapter is { } check) await check(path, context.RequestAborted).ConfigureAwait(false);
        var (model, replaced) = await catalog.LoadAsync(name, path, ModelKind.Adapter, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = replaced ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        await ApiJson.WriteAsync(context, json => Write(json, model)).ConfigureAwait(false);
    }

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    /// <summary>A file that lies in the folder itself.</summary>
    private static string PathOf(string folder, string file)
    {
        if (file.Length == 0 || file != Path.GetFileName(file) || file is "." or ".." || file.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
            throw ApiException.Invalid("file", "file: expected the name of a file in the server's folder of adapters, found a path");
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) throw ApiException.NotFound("file_not_found", "file", $"file: expected a file in the server's folder of adapters, found no {Printable.Line(file)}");
        if (new FileInfo(path).LinkTarget is not null) throw ApiException.Invalid("file", "file: expected a file, found a link");
        return path;
    }

    private static void Write(Utf8JsonWriter json, NamedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", model.Created);
        json.WriteString("owned_by", "multiagentft");
        json.WriteStartObject(ApiJson.ExtensionField);
        json.WriteString("kind", model.Kind switch
        {
            ModelKind.Base => "base",
            ModelKind.Agent => "agent",
            ModelKind.Society => "society",
            ModelKind.Adapter => "adapter",
            _ => "finetuned",
        });
        json.WriteString("adapter", model.Adapter?.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
