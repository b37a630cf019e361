using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Web.Entrance;

namespace MiniLambda.Orchestrator.Web;

/// <summary>One request for a page: who makes it, and for what. Lives as long as the request.</summary>
internal sealed class Visit
{
    public const string ThemeCookie = "minilambda-theme";

    private HttpContext? _context;

    public HttpContext Context
    {
        get => _context!;
        set => _context = value;
    }

    /// <summary>Null on the pages that take no session.</summary>
    public WebSession? Session => Context.Features.Get<WebSession>();

    public Caller Caller => Caller.Of(Context);

    /// <summary>What was just done; null when nothing was.</summary>
    public Notice? Notice { get; set; }

    public string Title { get; set; } = "";

    /// <summary>The address that it came from.</summary>
    public string Peer => $"{Context.Connection.RemoteIpAddress}";

    public CancellationToken Cancelled => Context.RequestAborted;

    public string Path => Context.Request.Path.Value ?? "/";

    /// <summary>This page, as a form leads back to it.</summary>
    public string Here => Path + Context.Request.QueryString;

    /// <summary>The look that was chosen: <c>dark</c> or <c>light</c>; empty = as the system has it.</summary>
    public string Theme => Context.Request.Cookies[ThemeCookie] is ("dark" or "light") and var chosen ? chosen : "";

    /// <summary>A value of the address, trimmed; empty when there is none.</summary>
    public string Query(string name) => Context.Request.Query[name].ToString().Trim();

    /// <summary>A part of the path.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>What was filled in before it was refused; else what the address says.</summary>
    public string Entered(string name) => Notice?.Entered.GetValueOrDefault(name) ?? Query(name);

    /// <summary>Whether the caller's role allows what an RPC does. What it does not allow is not offered.</summary>
    /// <param name="rpc">Such as <c>JobService/Submit</c>.</param>
    public bool May(string rpc) => AccessRules.Find($"/minilambda.v1.{rpc}")?.Allows(Caller) == true;

    /// <summary>An address within the tenant that is looked at, or in the one that something belongs to.</summary>
    public string Link(string path, string? tenant = null)
    {
        var chosen = tenant ?? Caller.Chosen;
        if (chosen is null || Caller.Scope is not null || (Caller.Chosen is null && chosen == Caller.Tenant))
            return path;
        return $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}tenant={Uri.EscapeDataString(chosen)}";
    }
}
