# syntax=docker/dockerfile:1
# The program that serves itself, for a single machine (x64). It keeps its data in /data and listens for everybody, so it
# refuses to start until it has an account of your own:
#
#   docker build -t sessions .
#   docker run -p 8080:8080 -v sessions:/data -e Accounts__0__Id=acme -e Accounts__0__Sid=AC… -e Accounts__0__Secrets__0=… sessions

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY functions/Sessions.csproj functions/packages.lock.json functions/
RUN dotnet restore functions --locked-mode
COPY host.json local.settings.sample.json .editorconfig ./
COPY functions functions
RUN dotnet publish functions --output /app && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
USER $APP_UID
VOLUME /data
EXPOSE 8080
ENV urls=http://*:8080 Sqlite__Path=/data/sessions.db
ENTRYPOINT ["dotnet", "Sessions.dll"]
