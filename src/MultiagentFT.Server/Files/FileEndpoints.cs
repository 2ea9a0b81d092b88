using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Files;

/// <summary><c>/v1/files</c>.</summary>
internal sealed class FileEndpoints(FileStore store, ServerOptions options)
{
    private const string Purpose = "fine-tune";
    private const int MostFields = 8;
    private const int LongestField = 1024;
    private const int MostListed = 10_000;

    private static readonly ListAnswer<StoredFile> Files = new(file => file.Id, Write) { UsualLimit = MostListed, MostItems = MostListed, Others = ["purpose"] };

    /// <summary>A form with the parts <c>purpose</c> and <c>file</c>, in any order.</summary>
    public async Task UploadAsync(HttpContext context)
    {
        // The form's own lines come on top.
        ApiJson.LimitBody(context, options.MaxFileBytes + (1 << 16));
        var reader = new MultipartReader(BoundaryOf(context.Request), context.Request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 1 << 13 };
        var (purpose, parts) = ((string?)null, 0);
        StoredFile? file = null;
        try
        {
            while (await ReadAsync(reader, context.RequestAborted).ConfigureAwait(false) is { } section)
            {
                if (++parts > MostFields) throw ApiException.Invalid(null, $"form: expected at most {MostFields} parts, found more");
                var disposition = DispositionOf(section);
                switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
                {
                    case "purpose":
                        purpose = await TextAsync(section, "purpose", context.RequestAborted).ConfigureAwait(false);
                        if (purpose != Purpose) throw ApiException.Invalid("purpose", $"purpose: expected {Purpose}, found {Printable.Line(purpose)}");
                        break;
                    case "file" when file is null:
                        file = await store.AddAsync(NameOf(disposition), Purpose, section.Body, options.MaxFileBytes, context.RequestAborted).ConfigureAwait(false);
                        break;
                    case var other:
                        throw new ApiException(400, "unknown_parameter", other, $"form: expected purpose and file, each once, found {Printable.Line(other ?? "a part without name")}");
                }
            }
            if (file is null) throw new ApiException(400, "missing_required_parameter", "file", "file: expected a part of the form, found none");
            if (purpose is null) throw new ApiException(400, "missing_required_parameter", "purpose", $"purpose: expected {Purpose}, found none");
        }
        catch
        {
            if (file is not null) store.Delete(file.Id);
            throw;
        }
        await ApiJson.WriteAsync(context, json => Write(json, file)).ConfigureAwait(false);
    }

    public Task ListAsync(HttpContext context)
    {
        var purpose = context.Request.Query["purpose"].ToString();
        var files = store.All().Where(file => purpose.Length == 0 || file.Purpose == purpose).ToList();
        return Files.WriteAsync(context, files);
    }

    public Task GetAsync(HttpContext context)
    {
        var file = store.Get(IdOf(context));
        return ApiJson.WriteAsync(context, json => Write(json, file));
    }

    public async Task ContentAsync(HttpContext context)
    {
        var file = store.Get(IdOf(context));
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Bytes;
        await context.Response.SendFileAsync(store.PathOf(file), context.RequestAborted).ConfigureAwait(false);
    }

    public Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        store.Delete(id);
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "file");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["file"]!;

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw new ApiException(415, "unsupported_media_type", null, $"content-type: expected multipart/form-data, found {request.ContentType ?? "none"}");
        return HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary
            ? boundary
            : throw ApiException.Invalid(null, "content-type: expected a boundary of 1 to 200 characters, found another");
    }

    /// <summary>The next part; null after the last one.</summary>
    /// <exception cref="ApiException">The form ends too early, or is none.</exception>
    private static async Task<MultipartSection?> ReadAsync(MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (BadHttpRequestException)
        {
            throw;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new ApiException(400, "invalid_form", null, $"form: expected whole parts, found an end in the middle of one or no form: {error.Message}", error);
        }
    }

    private static ContentDispositionHeaderValue DispositionOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.DispositionType.Equals("form-data")
            ? disposition
            : throw new ApiException(400, "invalid_form", null, "form: expected a name for every part, found none");

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        return name is { Length: > 0 and <= 255 } ? name : throw ApiException.Invalid("file", "file: expected a file name of 1 to 255 characters, found another");
    }

    private static async Task<string> TextAsync(MultipartSection section, string name, CancellationToken cancellation)
    {
        var (buffer, length) = (new byte[LongestField + 1], 0);
        while (length < buffer.Length && await section.Body.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read) length += read;
        return length <= LongestField ? Encoding.UTF8.GetString(buffer, 0, length) : throw ApiException.Invalid(name, $"{name}: expected at most {LongestField} bytes, found more");
    }

    private static void Write(Utf8JsonWriter json, StoredFile file)
    {
        json.WriteStartObject();
        json.WriteString("id", file.Id);
        json.WriteString("object", "file");
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("created_at", file.CreatedAt);
        json.WriteString("filename", file.Name);
        json.WriteString("purpose", file.Purpose);
        json.WriteString("status", "processed");
        json.WriteEndObject();
    }
}
